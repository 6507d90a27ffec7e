/** What the cluster reads in an object otherwise than its author may think, said at its place. */
import type { Collector } from '../../diagnostics/collector.ts';
import type { Path } from '../manifests.ts';
import type { Source } from '../yaml-documents.ts';

/** `ours`: a Scenario, which no cluster reads. */
export function tellSurprises(source: Source, ours: boolean, diagnostics: Collector): void {
  for (const surprise of source.surprisesIn([])) {
    if (surprise.what === 'version') {
      const { text, value, path } = surprise;
      if (!ours && isFileMode(text, path)) continue;
      const written = typeof value === 'string' ? `the key \`${value}\`` : valueWords(value);
      // What fits its field is no text by mistake: of text that was meant the schema has said so.
      const help = typeof value === 'string' ? `quote it: "${text}"` : `write \`${String(value)}\` where that is meant`;
      diagnostics.add('W203', surprise.span, `\`${text}\` is ${written} here: manifests are read as YAML 1.1`, {
        help,
      });
    } else if (ours) {
      diagnostics.add('E107', surprise.span, `key \`${surprise.name}\` appears twice`, {
        help: 'keep one of the two',
        related: [{ span: surprise.first, message: 'first written here' }],
      });
    } else {
      diagnostics.add('W202', surprise.span, `key \`${surprise.name}\` appears twice: the cluster takes this one`, {
        help: 'keep one of the two: the other is dropped silently',
        related: [{ span: surprise.first, message: 'first written here' }],
      });
    }
  }
}

/** Octal is what the author of a file's mode means: of a volume, or of one of its files. */
function isFileMode(text: string, path: Path): boolean {
  return /^0[0-7]+$/.test(text) && /(^|\.)volumes\.\d+\.(\w+\.)+(defaultMode|mode)$/.test(path.join('.'));
}

function valueWords(value: unknown): string {
  return typeof value === 'number' ? `the number ${value}` : String(value);
}
