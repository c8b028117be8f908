import type { Check, Facts, PhotoFolderFacts } from './doctor.types.js';
import type { Env } from '../platform/light.js';

/** What follows from where photos are kept on a disk. */
export const PHOTOS_CHECKS = {
  PHOTO_FOLDER_UNUSABLE: check({
    severity: 'error',
    scope: 'everywhere',
    fault: 'photos cannot be written where they are to be kept',
    mend: 'Set STORAGE_BASE_PATH to a folder that this user may write, or use STORAGE_TYPE=s3.',
    well: 'Photos can be kept',
    judge: ofFolder(({ state, path, reason }) => {
      if (state === 'missing') return null;
      return state === 'unusable' && `The folder ${path} of the photos cannot be used: ${reason}.`;
    }),
  }),
  PHOTO_FOLDER_NOT_SHARED: check({
    severity: 'warning',
    scope: 'everywhere',
    fault:
      'a process without the role `bot` does not see the folder in which that role keeps photos: videos will lack theirs',
    mend: 'Mount the folder of the role bot here too, at STORAGE_BASE_PATH, or use STORAGE_TYPE=s3. It is there once a bot has started.',
    well: 'The photos of the role bot are seen from here',
    judge: ofFolder(({ state, path }, { ROLES }) => {
      if (ROLES.includes('bot')) return null;
      return state === 'missing' && `There is no folder ${path}, in which the role bot keeps photos.`;
    }),
  }),
} satisfies Record<string, Check>;

function check(rest: Omit<Check, 'topic'>): Check {
  return { topic: 'photos', ...rest };
}

function ofFolder(judge: (folder: PhotoFolderFacts, settings: Env) => string | false | null) {
  return ({ photoFolder, settings }: Facts) => {
    if (!photoFolder || !settings) return null;
    const problem = judge(photoFolder, settings);
    return problem === null ? null : problem ? [problem] : [];
  };
}
