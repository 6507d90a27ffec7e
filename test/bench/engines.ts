import type { EngineName } from '../../dataplane/bandwidth/engine.ts';

/** What limits otherwise, and ours stands beside. */
export const OTHERS: readonly EngineName[] = ['htb', 'cake'];
