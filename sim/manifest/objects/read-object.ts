/** One document: which kind it is, its schema, and the typed object it becomes. */
import type { z } from 'zod';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import { checkSchema, type Written } from '../check-schema.ts';
import type { FieldWords } from '../fields/field-words.ts';
import { isModelled, kinds, type ModelledKind } from './kinds.ts';
import { tellUnreadable } from '../exported/unreadable.ts';
import { tellSurprises } from './surprises.ts';
import { tellNotServed, type KindWords } from '../other-kinds/kind-words.ts';
import type { NeededObjects } from '../other-kinds/needed-objects.ts';
import type { OtherObject, Path } from '../manifests.ts';
import type { ObjectCount } from './most-of-a-file.ts';
import { otherObject } from '../other-kinds/other-object.ts';
import { sketchOfService, type ServiceSketch } from '../other-kinds/service-sketch.ts';
import { printedByOthers } from '../other-kinds/printed-by-others.ts';
import { anything, unreadObject, type UnreadObject } from './unread.ts';
import { within, YamlDocument, type IsEnough, type Source } from '../yaml-documents.ts';

/** An object that fits the schema of its kind, with everything as it was written. */
export type RawObject = {
  [Kind in ModelledKind]: {
    readonly kind: Kind;
    readonly content: Written<z.output<(typeof kinds)[Kind]['schema']>>;
    readonly source: Source;
  };
}[ModelledKind];

/** Where what is said of a document is collected, and what could not be read of it. */
export interface Findings {
  readonly diagnostics: Collector;
  readonly fields: FieldWords;
  readonly kinds: KindWords;
  readonly services: ServiceSketch[];
  readonly others: OtherObject[];
  readonly needed: NeededObjects;
  readonly unread: UnreadObject[];
  /** Of the file that is being read, as many as were found, whatever they say. */
  readonly count: ObjectCount;
  /** Where lists without an item stand. */
  readonly emptyLists: Span[];
  /** Scenarios that do not fit their schema. */
  readonly brokenScenarios: YamlDocument[];
}

/** The objects of a document (several for a List); those that are wrong or not modelled are diagnosed and left out. */
export function readObjects(document: YamlDocument, findings: Findings, isEnough: IsEnough = () => false): RawObject[] {
  const { diagnostics } = findings;
  const value = document.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    diagnostics.add('E110', document.spanOf([]), 'a manifest must be a mapping with `apiVersion` and `kind`', {
      help: 'give Kubernetes objects; to leave this file out, give the other files by name',
    });
    return [];
  }
  if ('items' in value) return readItems(value, document, findings, isEnough);
  const object = value as Readonly<Record<string, unknown>>;
  const printed = printedByOthers(object);
  if (printed === null) return readObject(object, document, findings);
  diagnostics.add('E110', firstLine(document), printed.message, { help: printed.help });
  return [];
}

/** Whatever has `items` is a list to kubectl, of whatever kind. */
function itemsOf({ items }: { readonly items: unknown }): readonly unknown[] {
  return Array.isArray(items) ? items : [];
}

function readItems(
  list: { readonly items: unknown },
  document: YamlDocument,
  findings: Findings,
  isEnough: IsEnough,
): RawObject[] {
  const objects: RawObject[] = [];
  const items = itemsOf(list);
  if (items.length === 0) findings.emptyLists.push(document.keySpanOf(['items']));
  for (const [i, item] of items.entries()) {
    if (isEnough(() => document.spanOf(['items', i]))) break;
    for (const object of readItem(item, i, list, document, findings, isEnough)) objects.push(object);
    document.giveUp(['items', i]);
  }
  return objects;
}

/** Items of a typed list (`PodList`) have a kind and apiVersion only where somebody wrote them. */
function readItem(
  item: unknown,
  i: number,
  list: object,
  document: YamlDocument,
  findings: Findings,
  isEnough: IsEnough,
): RawObject[] {
  const { kind: listKind, apiVersion } = list as { kind?: unknown; apiVersion?: unknown };
  const inside = within(document.source, ['items', i]);
  // Of a list in a list kubectl takes nothing: it is an item of the outer one, which has no items to it.
  if (typeof item === 'object' && item !== null && Array.isArray((item as { items?: unknown }).items)) {
    findings.diagnostics.add('E110', inside.keySpanOf(['items']), 'a list inside a list: kubectl takes none of them', {
      help: 'put its items into the outer list',
    });
    findings.unread.push(anything);
    return [];
  }
  const plain = typeof item === 'object' && item !== null && !Array.isArray(item);
  if (!plain || typeof listKind !== 'string' || isSaid(item, 'kind') || isSaid(item, 'apiVersion')) {
    return readObjects(new YamlDocument(item, inside), findings, isEnough);
  }
  const kind = listKind.replace(/List$/, '');
  const value = kind === '' ? item : { ...item, kind, apiVersion };
  return readObjects(new YamlDocument(value, inside), findings, isEnough);
}

function isSaid(item: object, field: 'kind' | 'apiVersion'): boolean {
  const said = (item as Partial<Record<string, unknown>>)[field];
  return said !== undefined && said !== null && said !== '';
}

function readObject(value: Readonly<Record<string, unknown>>, document: YamlDocument, findings: Findings): RawObject[] {
  const { diagnostics } = findings;
  const { kind, apiVersion } = value;
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
    for (const field of ['apiVersion', 'kind'] as const) {
      if (typeof value[field] === 'string') continue;
      const written = field in value;
      const place = written ? document.spanOf([field]) : firstLine(document);
      const typo = didYouMean(
        field,
        Object.keys(value).filter((key) => key !== 'kind' && key !== 'apiVersion'),
      );
      diagnostics.add('E206', place, written ? `\`${field}\` must be text` : `object without \`${field}\``, {
        help:
          typo?.replace(/^did you mean (.*)\?$/, `rename $1 to \`${field}\``) ??
          `add \`${field}\`, as in \`${field === 'kind' ? 'kind: Pod' : 'apiVersion: v1'}\``,
      });
    }
    findings.unread.push(unreadObject(value));
    return [];
  }
  if (!findings.count.see(kind, () => document.keySpanOf(['kind']), diagnostics)) return [];
  if (!isModelled(kind) || !groupFits(kind, apiVersion)) {
    const other = findings.kinds.see(kind, apiVersion, value, document)
      ? otherObject(kind, value, document.source)
      : null;
    if (other !== null) findings.others.push(other);
    findings.needed.see(kind, apiVersion, value);
    const service = kind === 'Service' && apiVersion === 'v1' ? sketchOfService(value) : null;
    if (service !== null) findings.services.push(service);
    return [];
  }
  if (apiVersion !== kinds[kind].apiVersion) {
    tellNotServed(kind, apiVersion, kinds[kind].apiVersion, document, diagnostics);
    findings.unread.push(unreadObject(value));
    return [];
  }
  findings.fields.see(kind, value, document);
  const place = { located: document, path: [], what: kind };
  const content = checkSchema(kinds[kind].schema as z.ZodType, value, place, diagnostics);
  if (content === null) {
    findings.unread.push(unreadObject(value));
    if (kind === 'Scenario') findings.brokenScenarios.push(document);
    return [];
  }
  tellSurprises(document, kind === 'Scenario', diagnostics);
  if (kind !== 'Scenario') tellUnreadable(kind, content as object, document, diagnostics);
  if (kind === 'NetworkPolicy') document.source.remember(placesInPlan(content as NetworkPolicyContent));
  // The schema of the kind was the one that was asked: the pair is right, which the compiler cannot see.
  return [{ kind, content, source: document.source } as unknown as RawObject];
}

type NetworkPolicyContent = Extract<RawObject, { kind: 'NetworkPolicy' }>['content'];

/** What a plan has the position of, and what is told of a policy without pods. */
function placesInPlan({ spec }: NetworkPolicyContent): Path[] {
  const rules = (['ingress', 'egress'] as const).flatMap((direction) =>
    (spec?.[direction] ?? []).map((_, i) => ['spec', direction, i]),
  );
  return [[], ['spec', 'podSelector'], ...rules];
}

/** Whether the apiVersion is of the kind's own group, be it the wrong version; old homes of the workloads count. */
function groupFits(kind: ModelledKind, apiVersion: string): boolean {
  const group = (text: string) => (text.includes('/') ? text.slice(0, text.indexOf('/')) : '');
  const written = group(apiVersion);
  // A group with a dot is somebody's custom resource of the same name; one without can only be meant for this kind.
  return written === group(kinds[kind].apiVersion) || !written.includes('.');
}

/** Where a document begins, for what is said of it as a whole. */
function firstLine(document: YamlDocument) {
  const span = document.spanOf([]);
  return { ...span, length: Math.min(span.length, 1) };
}
