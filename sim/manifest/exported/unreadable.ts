/**
 * What a cluster wrote, and nobody can have written so: it counts as not written, which is said. Owners that the API server
 * takes from nobody are refused where a person wrote them.
 */
import type { z } from 'zod';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Source } from '../yaml-documents.ts';
import { podStatusOf, readOfClusters, whatFits, type Unreadable } from './cluster-fields.ts';

interface Content {
  readonly metadata?: unknown;
  readonly status?: unknown;
}

/** @param content the object, as its schema has taken it */
export function tellUnreadable(kind: string, content: Content, source: Source, diagnostics: Collector): void {
  const { metadata } = content;
  const status = (readOfClusters.status as Readonly<Record<string, z.ZodObject>>)[kind];
  const { fits, unreadable } = whatFits(readOfClusters.metadata, metadata);
  const say = (root: 'metadata' | 'status', { path, message }: Unreadable) => {
    const all = [root, ...path];
    diagnostics.add(
      'W450',
      source.spanOf(all),
      `\`${nameOf(all)}\` cannot be read, and counts as not written: ${message}`,
      {
        help: 'export the object again',
      },
    );
  };
  for (const one of unreadable) say('metadata', one);
  if (status !== undefined) for (const one of whatFits(status, content.status).unreadable) say('status', one);
  const problems = ownerProblems(fits.ownerReferences ?? []);
  const exported = problems.length > 0 && isExported(kind, content);
  for (const { path, message } of problems) {
    const all = ['metadata', 'ownerReferences', ...path];
    if (exported) say('metadata', { path: all.slice(1), message });
    else {
      diagnostics.add('E460', source.spanOf(all), `${nameOf(all)}: ${message}`, {
        help: 'leave `ownerReferences` out: the controller that makes an object writes them',
      });
    }
  }
}

type Owner = { readonly [Field in 'apiVersion' | 'kind' | 'name' | 'uid']?: string | undefined } & {
  readonly controller?: boolean | undefined;
};

/** As apimachinery's ValidateOwnerReferences (pkg/api/validation/objectmeta.go), in its words. */
function ownerProblems(owners: readonly Owner[]): Unreadable[] {
  const found = owners.flatMap((owner, i) => {
    const missing = (['apiVersion', 'kind', 'name', 'uid'] as const).filter((field) => (owner[field] ?? '') === '');
    const problems = missing.map((field): Unreadable => ({ path: [i, field], message: 'must not be empty' }));
    const { apiVersion = '', kind = '' } = owner;
    if (apiVersion !== '' && !/^([^/]+\/)?[^/]+$/.test(apiVersion)) {
      problems.push({ path: [i, 'apiVersion'], message: 'must be <group>/<version> or <version>' });
    }
    if (kind === 'Event' && apiVersion === 'v1') {
      problems.push({ path: [i], message: '/v1, Kind=Event is disallowed from being an owner' });
    }
    return problems;
  });
  const [first, second] = owners.filter(({ controller }) => controller === true);
  if (first === undefined || second === undefined) return found;
  const names = [first, second].map(({ kind, name }) => `${kind ?? ''}/${name ?? ''}`).join(' and ');
  return [...found, { path: [], message: `only one reference can have \`controller\` set to true, and ${names} have` }];
}

/** Whether a cluster has had the object, by what only a cluster writes. */
function isExported(kind: string, { metadata, status }: Content): boolean {
  const fields = Object.entries((metadata ?? {}) as Readonly<Record<string, unknown>>);
  const own = fields.some(([field, value]) => /^(uid|creationTimestamp|resourceVersion)$/.test(field) && value !== '');
  return own || (kind === 'Pod' && podStatusOf(status) !== null);
}

/** `status.podIPs[1].ip` */
function nameOf(path: Unreadable['path']): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`)).join('');
}
