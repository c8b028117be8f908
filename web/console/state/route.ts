import { signal } from '@preact/signals';
import { readRoute } from './route.rules.js';

/** Where the reader is. */
export const route = signal(readRoute(location.hash));

addEventListener('hashchange', () => (route.value = readRoute(location.hash)));
