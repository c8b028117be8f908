import type { KieRefusal } from './kie.types.js';

/**
 * What a key lacks that was refused with class `billing`: money comes back by itself, access does not. KIE says 401 both to a
 * bad key and to one that is used from an address off its list (docs.kie.ai/1973359m0).
 */
export function decideParking({ code, text }: Pick<KieRefusal, 'code' | 'text'>): 'money' | 'access' {
  return code === 401 || /access permissions/i.test(text) ? 'access' : 'money';
}
