/**
 * Names of the fields of published API types, from their Go source, for `sim/manifest/fields/published`.
 *
 *     npx tsx test/fields/go-fields.ts API MACHINERY > sim/manifest/fields/published/kubernetes-1.36.txt
 *
 *     npx tsx test/fields/go-fields.ts ipvlan=NetConf FILE... > sim/manifest/fields/published/cni-plugins-1.9.1.txt
 *
 * API is a checkout of kubernetes/api, MACHINERY one of kubernetes/apimachinery, both at the tag that is read. The second form is for
 * the configuration of a program: the struct that it reads, in the first FILE, under a name of ours; structs that are embedded in
 * it stand in the others. Its lines name no types.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The kinds that are read, as Go has them, and the files where their types stand. */
const ROOTS = [
  'Namespace',
  'Node',
  'Pod',
  'ReplicationController',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'NetworkPolicy',
  'List',
];
const API = ['core/v1', 'apps/v1', 'batch/v1', 'networking/v1'];
const MACHINERY = ['pkg/apis/meta/v1'];

interface Field {
  readonly name: string;
  /** Name of the struct type below it; null: a scalar, or a map of them. */
  readonly type: string | null;
  /** `[]` a list of them, `{}` a map, and what: a struct, `text`, `boolean`, `int32`, `int64`, `quantity`, `integer-or-text`, `any`. */
  readonly shape: string;
}

/** `Type.field` of what is text, or else `Type.field SHAPE`, every struct that the kinds lead to, sorted. */
function publishedFields(sources: readonly string[], roots: readonly string[]): string[] {
  const structs = new Map(sources.flatMap((source) => structsIn(source)));
  const lines = new Set<string>();
  const waiting = [...roots];
  const seen = new Set<string>();
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    if (seen.has(type)) continue;
    seen.add(type);
    for (const { name, type: below, shape } of fieldsOf(type, structs)) {
      lines.add(`${type}.${name}${shape === 'text' ? '' : ` ${shape}`}`);
      if (below !== null) waiting.push(below);
    }
  }
  return [...lines].sort();
}

type Structs = ReadonlyMap<string, string>;

/** Name and body of each struct of a Go file. */
function structsIn(source: string): [string, string][] {
  return [...source.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => [name, body]);
}

function fieldsOf(type: string, structs: Structs): Field[] {
  const body = structs.get(type) ?? '';
  return [...body.matchAll(/^\t(?:\w+ +)?(\S+) +`[^`]*?json:"([^"]*)"[^`]*`/gm)].flatMap(
    ([, goType = '', tag = '']) => {
      const [name = '', ...options] = tag.split(',');
      const element = goType.replace(/^(\[\]|\*|map\[\w+\])*/, '').replace(/^\w+\./, '');
      if (name === '-') return [];
      if (name === '' && options.includes('inline')) return fieldsOf(element, structs);
      const type = SCALARS.has(element) || !structs.has(element) ? null : element;
      return [{ name, type, shape: shapeOf(goType, type) }];
    },
  );
}

function shapeOf(goType: string, struct: string | null): string {
  const bare = goType.replace(/^\*/, '').replace(/^\w+\./, '');
  if (bare === '[]byte') return 'text';
  if (bare.startsWith('[]')) return `[]${shapeOf(bare.slice(2), struct)}`;
  if (bare.startsWith('map[')) return `{}${shapeOf(bare.replace(/^map\[\w+\]/, ''), struct)}`;
  return struct ?? SHAPES[bare] ?? 'text';
}

/** What is no text, by the name of its Go type; structs that are written as one value among them. */
const SHAPES: Readonly<Partial<Record<string, string>>> = {
  bool: 'boolean',
  int: 'int32',
  int32: 'int32',
  int64: 'int64',
  Quantity: 'quantity',
  IntOrString: 'integer-or-text',
  ResourceList: '{}quantity',
  FieldsV1: 'any',
  RawExtension: 'any',
};

/** Structs of Go that are written as one value. */
const SCALARS = new Set(['Time', 'MicroTime', 'Duration', 'FieldsV1', 'Quantity', 'IntOrString']);

/** Keys of a struct in the first source, with those of the structs that are embedded in it. */
function keysOf(struct: string, [own = '', ...others]: readonly string[]): string[] {
  const elsewhere = others.flatMap((source) => structsIn(source.replace(/^type (\w+) = (\w+)$/gm, '')));
  const aliases = others.flatMap((source) => [...source.matchAll(/^type (\w+) = (\w+)$/gm)]);
  const known = new Map(elsewhere);
  for (const [, alias = '', meant = ''] of aliases) known.set(alias, known.get(meant) ?? '');
  const here = new Map(structsIn(own));
  const body = here.get(struct) ?? '';
  const embedded = [...body.matchAll(/^\t\*?(\w+\.)?(\w+)$/gm)].flatMap(([, from, name = '']) =>
    fieldsOf(name, from === undefined ? here : known),
  );
  return [...fieldsOf(struct, here), ...embedded].map(({ name }) => name);
}

if (process.argv[2]?.includes('=') === true) {
  const [, , root = '', ...files] = process.argv;
  const [name = '', struct = ''] = root.split('=');
  const keys = keysOf(
    struct,
    files.map((file) => readFileSync(file, 'utf8')),
  );
  process.stdout.write(
    `${[...new Set(keys)]
      .map((key) => `${name}.${key}`)
      .sort()
      .join('\n')}\n`,
  );
} else if (process.argv[1]?.endsWith('go-fields.ts') === true) {
  const [, , api = '', machinery = ''] = process.argv;
  const files = [...API.map((folder) => join(api, folder)), ...MACHINERY.map((folder) => join(machinery, folder))];
  const sources = files.map((folder) => readFileSync(join(folder, 'types.go'), 'utf8'));
  process.stdout.write(`${publishedFields(sources, ROOTS).join('\n')}\n`);
}
