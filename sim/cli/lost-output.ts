/** What becomes of words that nobody takes. */
import { whyUnwritable } from './output/unwritable.ts';

/**
 * Watches where a command prints. A disk that is full is said once, and the command goes on: what it writes elsewhere is whole.
 * @param readerGone who read standard output went away (`ipvlane plan | head`)
 * @returns whether something that was printed is lost
 */
export function watchOutput(
  { stdout, stderr }: Readonly<Record<'stdout' | 'stderr', NodeJS.WritableStream>>,
  readerGone: () => void,
): { readonly lost: boolean } {
  const output = { lost: false };
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') {
      readerGone();
      return;
    }
    const why = whyUnwritable(error) ?? error.message;
    if (!output.lost) stderr.write(`ipvlane: standard output cannot be written: ${why}\n`);
    output.lost = true;
  });
  // There is nowhere left to say it.
  stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') output.lost = true;
  });
  return output;
}
