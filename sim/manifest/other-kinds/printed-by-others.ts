/** What programs print that is no manifest, though it looks much like one: what to do with it. */
import { KUSTOMIZATION_FIELDS, isKustomizationKind } from '../finding/rendered-folder.ts';
import { groupOf } from './cluster-kinds.ts';

interface Printed {
  readonly message: string;
  readonly help: string;
}

const EXPORT = 'export the objects themselves: `kubectl get ... -o yaml`';

/** null: it may well be an object, or a mistaken one. */
export function printedByOthers(value: Readonly<Record<string, unknown>>): Printed | null {
  const { kind, apiVersion, type, object, status } = value;
  const named = typeof kind === 'string' && typeof apiVersion === 'string';
  if (named && isKustomizationKind(kind, groupOf(apiVersion))) return KUSTOMIZATION;
  if (named && kind === 'Table' && groupOf(apiVersion) === 'meta.k8s.io') {
    return { message: 'a Table is what an API server prints for people: the objects are not in it', help: EXPORT };
  }
  if (named && kind === 'Status' && apiVersion === 'v1') {
    const { message } = value;
    const said = typeof message === 'string' ? `: ${message}` : '';
    const outcome = typeof status === 'string' ? ` (${status})` : '';
    return { message: `a Status is an answer of an API server${outcome}, and no object${said}`, help: EXPORT };
  }
  if (named && kind === 'List' && apiVersion === 'v1') {
    return { message: 'a List without `items`', help: 'write `items:`, with the objects below it, or leave it out' };
  }
  if (kind !== undefined || apiVersion !== undefined) return null;
  if (typeof type === 'string' && /^(ADDED|MODIFIED|DELETED|BOOKMARK|ERROR)$/.test(type) && object !== undefined) {
    return {
      message: 'an event of a watch: what happened to an object, not the object',
      help: `${EXPORT}, without \`--output-watch-events\``,
    };
  }
  // Without a kind it is one by its fields alone.
  return Object.keys(value).some((field) => KUSTOMIZATION_FIELDS.includes(field)) ? KUSTOMIZATION : null;
}

const KUSTOMIZATION: Printed = {
  message: 'a kustomization, which says what is to be put together, and is no manifest itself',
  help: 'give its folder, which is rendered: `ipvlane check FOLDER`, or `-k FOLDER`',
};
