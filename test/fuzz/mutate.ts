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
export function mutant(number: number, seeds = SEEDS): string {
  const below = random(number);
  let text = seeds[below(seeds.length)] ?? '';
  for (let changes = 1 + below(4); changes > 0; changes--) text = changed(text, below);
  return text;
}

/** Half of them no JSON any more, half of them JSON of other values. */
export function mutantOfJson(number: number, seeds: readonly string[]): string {
  const below = random(number);
  if (below(2) === 0) return mutant(number, seeds);
  return JSON.stringify(withOtherValues(JSON.parse(seeds[below(seeds.length)] ?? '') as unknown, below));
}

/** Of lines of JSON: lines go, come twice, change places, and change. */
export function mutantOfLines(number: number, seeds: readonly string[]): string {
  const below = random(number);
  let lines = (seeds[below(seeds.length)] ?? '').split('\n');
  for (let changes = 1 + below(4); changes > 0; changes--) {
    if (lines.length === 0) break;
    const at = below(lines.length);
    const line = lines[at] ?? '';
    const other = lines[below(lines.length)] ?? '';
    lines = [
      () => lines.toSpliced(at, 1 + below(20)),
      () => lines.toSpliced(at, 0, other),
      () => lines.with(at, other),
      () => lines.slice(0, at),
      () => lines.with(at, changed(line, below)),
      ...[1, 2, 3, 4].map(
        () => () => lines.with(at, line === '' ? line : JSON.stringify(withOtherValues(parsed(line), below))),
      ),
    ][below(9)]!();
  }
  return lines.join('\n');
}

export function mutantOfBytes(number: number, seeds: readonly Uint8Array[]): Uint8Array {
  const below = random(number);
  let bytes = Uint8Array.from(seeds[below(seeds.length)] ?? []);
  for (let changes = 1 + below(6); changes > 0; changes--) {
    const at = below(bytes.length);
    const value = [0, 1, 0x7f, 0x80, 0xff, below(256)][below(6)] ?? 0;
    if (below(4) > 0) bytes[at] = value;
    else if (below(2) === 0) bytes = bytes.slice(0, at);
    else bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(below(bytes.length + 1))]);
  }
  return bytes;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

const VALUES: readonly unknown[] = [
  null, true, false, 0, -1, 1, 0.5, 65536, 2 ** 31, 2 ** 53, -1e300, 1e308, '', 'x', 'a'.repeat(300), '\u001b[31m', '\u0000',
  '__proto__', 'constructor', '10.0.0.1', '10.0.0.0/8', '::/0', 'default/a', '100M', [], {}, [[]], [null], { '': null },
]; // prettier-ignore

/** One value in it is another, is gone, or is there twice. */
export function withOtherValues(value: unknown, below: (bound: number) => number): unknown {
  const children = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (children.length === 0 || below(8) === 0) return VALUES[below(VALUES.length)];
  const key = children[below(children.length)] ?? '';
  if (Array.isArray(value)) {
    const [list, at] = [value as unknown[], Number(key)];
    const how = below(6);
    if (how === 0) return list.toSpliced(at, 1);
    if (how === 1) return [...list, list[at]];
    return list.with(at, withOtherValues(list[at], below));
  }
  const object = value as Record<string, unknown>;
  if (below(6) === 0) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  return { ...object, [key]: withOtherValues(object[key], below) };
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
