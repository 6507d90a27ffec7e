/** What must be true of whatever is given: no crash, and each error stands inside its file. */
import { memoryFiles } from '../../sim/manifest/finding/memory-files.ts';
import { readManifests } from '../../sim/manifest/read-manifests.ts';
import { makePlan } from '../../sim/plan/make-plan.ts';

/** Errors without a place: they are of a file or of the whole set. */
const OF_NO_PLACE = new Set(['E101', 'E102', 'E104', 'E105', 'E109', 'E120']);

/**
 * Throws where it is not so; otherwise how `ipvlane check` would end.
 * @param beside what else lies there, by path
 */
export function checkMutant(text: string, path = 'a.yaml', beside: Readonly<Record<string, string>> = {}): 0 | 2 {
  const { manifests, diagnostics } = readManifests([path], memoryFiles({ ...beside, [path]: text }));
  const all = [...diagnostics, ...makePlan(manifests).diagnostics];
  const texts = new Map(manifests.files.map(({ file, text }) => [file, text]));
  for (const { code, severity, message, span } of all) {
    if (span === undefined) {
      if (severity === 'error' && !OF_NO_PLACE.has(code)) throw new Error(`${code} without a place: ${message}`);
      continue;
    }
    const { file, line, column, offset, length } = span;
    // Another file that it names is not read as manifests are.
    const read = texts.get(file) ?? beside[file];
    if (read === undefined) continue;
    const lines = read.split('\n');
    const inside = offset >= 0 && length >= 0 && offset + length <= read.length;
    const there = line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1;
    if (!inside || !there) throw new Error(`${code} at ${line}:${column}, outside of the file: ${message}`);
    if (message.length > 1000) throw new Error(`${code}: a message of ${message.length} characters`);
  }
  return all.some(({ severity }) => severity === 'error') ? 2 : 0;
}
