/** The text of `abi.generated.ts`: for each struct an interface, its size, an encoder and a decoder. */
import type { AbiField, AbiLayout, AbiStruct } from './abi-layout.ts';

export function renderAbi(layout: AbiLayout): string {
  const body = [
    ...layout.enums.map(({ name, values }) => renderEnum(name, values)),
    renderMaps(layout),
    ...layout.structs.map(renderStruct),
  ];
  return `${header}\n${body.join('\n')}`;
}

const header = `// Generated from the BTF of the compiled dataplane by dataplane/bpf/generate-abi.ts. Do not edit: change abi.h.
import { putBytes, putUnsigned, structView, takeUnsigned } from './integers.ts';
`;

/** `enum drop_reason { DROP_POLICY_DENIED = 133 }` becomes `DropReason = { POLICY_DENIED: 133 }`. */
function renderEnum(name: string, values: readonly { readonly name: string; readonly value: number }[]): string {
  const prefix = commonPrefix(values.map((value) => value.name));
  const lines = values.map((value) => `  ${value.name.slice(prefix.length)}: ${value.value},`);
  return `export const ${pascal(name)} = {\n${lines.join('\n')}\n} as const;\n`;
}

/** Up to and with the last underscore that all names share. */
function commonPrefix(names: readonly string[]): string {
  const first = names[0] ?? '';
  let length = 0;
  while (length < first.length && names.every((name) => name[length] === first[length])) length++;
  return first.slice(0, first.slice(0, length).lastIndexOf('_') + 1);
}

function renderMaps(layout: AbiLayout): string {
  const lines = layout.maps.map(
    (map) => `  ${map.name}: { keySize: ${map.keySize}, valueSize: ${map.valueSize}, maxEntries: ${map.maxEntries} },`,
  );
  return `/** Sizes in bytes; of a per-CPU map the value of one CPU. */\nexport const maps = {\n${lines.join('\n')}\n} as const;\n`;
}

function renderStruct(struct: AbiStruct): string {
  const name = pascal(struct.name);
  const size = `${struct.name.toUpperCase()}_SIZE`;
  const fields = struct.fields.map((field) => `  readonly ${camel(field.name)}: ${typeOf(field)};`);
  const hasNumbers = struct.fields.some((field) => field.kind === 'unsigned');
  return `/** \`struct ${struct.name}\`, ${struct.size} bytes. */
export interface ${name} {
${fields.join('\n')}
}

export const ${size} = ${struct.size};

export function encode${name}(value: ${name}): Uint8Array {
  const bytes = new Uint8Array(${size});
${hasNumbers ? '  const view = new DataView(bytes.buffer);\n' : ''}${struct.fields
    .map((field) => `  ${renderPut(struct, field)};`)
    .join('\n')}
  return bytes;
}

export function decode${name}(bytes: Uint8Array): ${name} {
  ${hasNumbers ? 'const view = ' : ''}structView(bytes, ${size}, '${struct.name}');
  return {
${struct.fields.map((field) => `    ${camel(field.name)}: ${renderTake(struct, field)},`).join('\n')}
  };
}
`;
}

function typeOf(field: AbiField): string {
  switch (field.kind) {
    case 'unsigned':
      return 'number';
    case 'bytes':
      return 'Uint8Array';
    case 'struct':
      return pascal(field.struct);
  }
}

function renderPut(struct: AbiStruct, field: AbiField): string {
  const value = `value.${camel(field.name)}`;
  const what = `'${struct.name}.${field.name}'`;
  const bytes = field.kind === 'struct' ? `encode${pascal(field.struct)}(${value})` : value;
  if (field.kind !== 'unsigned') return `putBytes(bytes, ${field.offset}, ${field.size}, ${bytes}, ${what})`;
  return `putUnsigned(view, ${field.offset}, ${field.bits}, ${value}, ${what}${field.bigEndian ? ', true' : ''})`;
}

function renderTake(struct: AbiStruct, field: AbiField): string {
  if (field.kind !== 'unsigned') {
    const bytes = `bytes.slice(${field.offset}, ${field.offset + field.size})`;
    return field.kind === 'struct' ? `decode${pascal(field.struct)}(${bytes})` : bytes;
  }
  const what = `'${struct.name}.${field.name}'`;
  return `takeUnsigned(view, ${field.offset}, ${field.bits}, ${what}${field.bigEndian ? ', true' : ''})`;
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function pascal(name: string): string {
  const text = camel(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
