/** The words of `delete`, `label`, `annotate` and `scale`: objects as kubectl takes them, and what is set on them. */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { ObjectReference, ValuesTarget } from '../manifest/scenario/change-request.ts';
import { inNamespace, KIND_WORDS, kindNamed, parseObjectName } from '../manifest/objects/object-name.ts';
import { namespaceOf } from './namespace-option.ts';

type Options = Readonly<Record<string, unknown>>;

/** As kubectl takes objects: `TYPE NAME...`, or `TYPE/NAME...`. */
export function objectsNamed(words: readonly string[], options: Options): ObjectReference[] {
  const [first, ...names] = words;
  if (first === undefined) throw wrong('name an object: `TYPE/NAME`, or `TYPE NAME`');
  if (first.includes('/')) return words.map((word) => target(word, word, options));
  if (kindNamed(first) === null) throw wrong(`\`${first}\` is no kind: write one of ${KIND_WORDS.join(', ')}`);
  if (names.length === 0) throw wrong(`which ${first}? write \`${first} NAME\`, or \`${first}/NAME\``);
  return names.map((name) => {
    const slash = name.indexOf('/');
    return target(
      name,
      slash < 0 ? `${first}/${name}` : `${name.slice(0, slash)}/${first}${name.slice(slash)}`,
      options,
    );
  });
}

function target(word: string, whole: string, options: Options): ObjectReference {
  const named = parseObjectName(inNamespace(whole, namespaceOf(options)));
  if (named === null || named.kind === null || named.kind === 'host' || named.kind === 'node')
    throw wrong(`\`${word}\` names no object: write \`TYPE/NAME\` with one of ${KIND_WORDS.join(', ')}`);
  const { kind, name, replica } = named;
  if (replica !== null && kind !== 'Pod')
    throw wrong(`\`${word}\` names one pod of a workload: write \`pod/${name}[${replica}]\``);
  return { kind, namespace: named.namespace ?? 'default', name, replica, path: [] };
}

/** kubectl's order: the objects, then what is set. */
export function withValues(words: readonly string[], options: Options): ValuesTarget[] {
  const at = words.findIndex((word) => word.includes('=') || word.endsWith('-'));
  const values = valuesOf(at < 0 ? [] : words.slice(at));
  const targets = objectsNamed(at < 0 ? words : words.slice(0, at), options);
  if (at < 0) throw wrong('nothing is set: write `key=value`, or `key-` to take it away');
  return targets.map((each) => ({ ...each, values, overwrite: options.overwrite === true }));
}

/** `key=value` sets, `key-` takes away. */
function valuesOf(pairs: readonly string[]): Record<string, string | null> {
  const values = pairs.map((pair): readonly [string, string | null] => {
    const at = pair.indexOf('=');
    if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
    if (at < 0 && pair.endsWith('-') && pair.length > 1) return [pair.slice(0, -1), null];
    throw wrong(`\`${pair}\` says nothing: write \`key=value\`, or \`key-\` to take it away`);
  });
  const twice = values.find(([key, value]) => values.some(([other, another]) => other === key && another !== value));
  if (twice !== undefined) throw wrong(`\`${twice[0]}\` is said twice: write it once, to set it or to take it away`);
  return Object.fromEntries(values);
}

export function wrong(message: string): DiagnosticError {
  return new DiagnosticError('input', [{ code: 'E216', severity: 'error', message }]);
}
