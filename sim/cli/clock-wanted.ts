import type { Clock } from '../trace/record.ts';

/** What `--clock` asks for; null where the kernel may take its own. */
export function clockWanted({ clock }: Readonly<Record<string, unknown>>): Clock | null {
  return clock === 'virtual' || clock === 'real' ? clock : null;
}
