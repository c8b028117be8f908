import { describe, expect, it } from 'vitest';
import { withEndings, type Stop } from './endings.js';

describe('what was started', () => {
  const ended: string[] = [];
  const stop = (name: string) => () => Promise.resolve(ended.push(name));
  const failing = (name: string) => () => Promise.reject(new Error(`${name} does not end`));

  it('ends with its part, the last first', async () => {
    ended.length = 0;
    const result = await withEndings((ending) => {
      ending(stop('database'));
      ending(stop('application'));
      return Promise.resolve('played');
    });
    expect([result, ended]).toEqual(['played', ['application', 'database']]);
  });

  it('ends although the part has failed, and although one of it cannot be ended', async () => {
    ended.length = 0;
    const playing = withEndings((ending) => {
      ending(stop('database'));
      ending(failing('application'));
      return Promise.reject(new Error('broken off'));
    });
    await expect(playing).rejects.toThrow('broken off');
    expect(ended).toEqual(['database']);
  });

  it('is said not to have ended where nothing else went wrong', async () => {
    ended.length = 0;
    const playing = withEndings((ending) => {
      ending(stop('database'));
      ending(failing('application'));
      return Promise.resolve();
    });
    await expect(playing).rejects.toThrow('application does not end');
    expect(ended).toEqual(['database']);
  });

  it('ends at once where the part was over before it had started', async () => {
    ended.length = 0;
    let tell: (stop: Stop) => void = () => undefined;
    await withEndings((ending) => {
      tell = ending;
      return Promise.resolve();
    });
    tell(stop('application'));
    expect(ended).toEqual(['application']);
  });
});
