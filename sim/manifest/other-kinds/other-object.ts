/** What the plan has to know of an object whose kind is known and not modelled: nothing of one without labels and annotations. */
import type { OtherObject } from '../manifests.ts';
import type { Source } from '../yaml-documents.ts';

export function otherObject(
  kind: string,
  { metadata }: Readonly<Record<string, unknown>>,
  { file, spanOf, keySpanOf }: Source,
): OtherObject | null {
  const { labels, annotations } = (metadata ?? {}) as { labels?: unknown; annotations?: unknown };
  const texts = { labels: textsOf(labels), annotations: textsOf(annotations) };
  const isSilent = Object.keys(texts.labels).length + Object.keys(texts.annotations).length === 0;
  return isSilent ? null : { kind, ...texts, file, spanOf, keySpanOf };
}

function textsOf(value: unknown): Record<string, string> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
