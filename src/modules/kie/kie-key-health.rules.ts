import type { KieRefusal } from './kie.types.js';

/**
 * What a key lacks that was refused with class `billing`: money comes back by itself, access does not. KIE says 401 both to a
 * bad key and to one that is used from an address off its list (docs.kie.ai/1973359m0). Only KIE's own word counts: a page from
 * something before it says nothing about the key.
 */
export function decideParking({
  code,
  text,
  raw,
}: Pick<KieRefusal, 'code' | 'text' | 'raw'>): 'money' | 'access' {
  const isKies = typeof raw.body === 'object' && raw.body !== null && 'code' in raw.body;
  return isKies && (code === 401 || /access permissions/i.test(text)) ? 'access' : 'money';
}
