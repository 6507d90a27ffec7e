import { KERNEL_FEATURES, type KernelFeature } from '../matrix/kernel-features.ts';
import { isOlder } from '../matrix/kernel-release.ts';

/**
 * What of Linux each program needs, with the oldest release that has it, and whether a release is old enough.
 * @param release null where it is not known before the kernel is here
 */
export function featureLines(release: string | null, paint: (sgr: string, text: string) => string): string[] {
  return [
    '  what the programs and the lab need of Linux, and the oldest release that has it:',
    ...KERNEL_FEATURES.map((feature) => featureLine(feature, release, paint)),
  ];
}

function featureLine(
  { name, since, programs, without }: KernelFeature,
  release: string | null,
  paint: (sgr: string, text: string) => string,
): string {
  const missing = release !== null && isOlder(release, since);
  const mark = !missing ? paint('32', '✓') : without === undefined ? paint('31', '✗') : paint('33', '–');
  const who = programs.length === 0 ? 'the lab' : programs.join(', ');
  const instead = missing && without !== undefined ? `; here ${without}` : '';
  return `  ${release === null ? ' ' : mark} ${since.padEnd(5)} ${name}: ${who}${instead}`;
}
