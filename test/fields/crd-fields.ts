/**
 * Names of the fields of published custom resources, from their definitions, for `sim/manifest/fields/published`.
 *
 *     npx tsx test/fields/crd-fields.ts FILE... > sim/manifest/fields/published/spiderpool-1.2.2.txt
 *
 * FILE is a CustomResourceDefinition in YAML. A definition names no types: that of a field is called by the way to it,
 * `SpiderIPPoolSpecRoutes`. Metadata and label selectors are Kubernetes' own.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Definition {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/** `Type.field` or `Type.field Below` of every version of a kind. */
function publishedFields({ spec: { names, versions } }: Definition): string[] {
  return versions.flatMap(({ schema }) => fieldsBelow(names.kind, schema.openAPIV3Schema));
}

function fieldsBelow(type: string, { properties = {} }: Schema): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const inner = schema.items ?? schema;
    const below = name === 'metadata' ? 'ObjectMeta' : typeBelow(type, name, inner);
    if (below === null) return [`${type}.${name}`];
    return [`${type}.${name} ${below}`, ...fieldsBelow(below, inner)];
  });
}

/** null: a scalar, or a mapping of scalars. */
function typeBelow(type: string, name: string, { properties }: Schema): string | null {
  if (properties === undefined) return null;
  if ('matchLabels' in properties) return 'LabelSelector';
  if (type === 'LabelSelector') return 'LabelSelectorRequirement';
  return `${type}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

if (process.argv[1]?.endsWith('crd-fields.ts') === true) {
  const lines = process.argv
    .slice(2)
    .flatMap((file) => publishedFields(parse(readFileSync(file, 'utf8')) as Definition));
  process.stdout.write(`${[...new Set(lines)].sort().join('\n')}\n`);
}
