/** Manifests that went wrong: one of ours with a few changes, each as a slip of a hand, a merge or a copy would make it. */
import { readFileSync } from 'node:fs';

const files = (...names: readonly string[]): string[] =>
  names.map((name) => readFileSync(new URL(`../../scenarios/${name}`, import.meta.url), 'utf8'));

const CLUSTER = files(
  'seed/deployment.yaml',
  'seed/client.yaml',
  'seed/spiderippool.yaml',
  'seed/spidermultusconfig.yaml',
);
const POLICY = files('seed/networkpolicy.yaml');

/** What the mutants are made of: whole clusters, and single files. */
const SEEDS: readonly string[] = [
  [...CLUSTER, ...POLICY].join('\n---\n'),
  CLUSTER.join('\n---\n'),
  ...POLICY,
  ...files('seed/scenario.yaml', 'policy/cluster.yaml'),
];

/** Pieces that end up where nobody wants them. */
const PIECES = [
  '\t', '\n', '\r', '  ', ':', ': ', '- ', '-', '{', '}', '[', ']', ',', '"', "'", '|', '>', '&a', '*a', '!!int ', '#',
  ' #', '---\n', '...\n', '--- x\n', '?', '%', '@', '`', '<<: *a', 'null', '~', 'yes', '010', '0x1F', '1e9', '-1', '.inf',
  '99999999999999999999', '""', '{}', '[]', '\u00a0', '\ufeff', '\u0000', '\u2028', '😀', '{{ .Values.a }}', 'a'.repeat(300),
  '\n<<<<<<< HEAD\n', '10.0.0.0/8', '::/0', '300.1.1.1', 'Networkpolicy', 'items:\n- ', 'kind: List\n', '\\', '\\x',
]; // prettier-ignore

/** Numbers from 0 on, the same for each seed (mulberry32). */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

/** The mutant of this number. */
export function mutant(number: number): string {
  const below = random(number);
  let text = SEEDS[below(SEEDS.length)] ?? '';
  for (let changes = 1 + below(4); changes > 0; changes--) text = changed(text, below);
  return text;
}

function changed(text: string, below: (bound: number) => number): string {
  const at = below(text.length + 1);
  const lines = text.split('\n');
  const line = below(lines.length);
  switch (below(9)) {
    case 0:
      return text.slice(0, at) + (PIECES[below(PIECES.length)] ?? '') + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + below(20));
    case 2:
      return lines.toSpliced(line, 1 + below(3)).join('\n');
    case 3:
      return lines.toSpliced(line, 0, lines[below(lines.length)] ?? '').join('\n');
    case 4:
      return lines.with(line, ' '.repeat(below(8)) + (lines[line] ?? '').trimStart()).join('\n');
    case 5:
      return lines.with(line, (lines[line] ?? '').replace(/:.*/, `: ${PIECES[below(PIECES.length)] ?? ''}`)).join('\n');
    case 6:
      return text.slice(0, at);
    case 7:
      return text.slice(0, at) + text.slice(below(text.length + 1));
    default:
      return lines.with(line, (lines[line] ?? '').toUpperCase()).join('\n');
  }
}
