/** What came by the control socket as a request, told from what whoever works on it could not understand: anybody may have written it. */
import * as z from 'zod';
import { askSchema } from '../../lab/command.ts';
import { WORKLOAD_KINDS } from '../../manifest/manifests.ts';
import { flowSchema } from '../../plan/schema/flow.ts';
import type { LiveRequest } from '../live-control.ts';
import type { LabQuestion } from './questions.ts';

const words = z.string();
const reference = z.object({
  kind: z.enum(['NetworkPolicy', 'Namespace', 'Pod', ...WORKLOAD_KINDS]),
  namespace: words,
  name: words,
  replica: z.int().nonnegative().nullable(),
  path: z.array(z.union([words, z.number()])),
});
const values = z.record(words, words.nullable());
/** As a Scenario may have (docs/scenario-format.md). */
const MOST_STREAMS = 128;
const DAY_NS = 86_400e9;

const schema = z.discriminatedUnion('verb', [
  z.object({ verb: z.enum(['who', 'plan']) }),
  askSchema.extend({ verb: z.literal('ask'), timeoutNs: askSchema.shape.timeoutNs.max(DAY_NS) }),
  z.object({
    verb: z.literal('flow'),
    flow: flowSchema.refine(({ streams, durationNs }) => streams <= MOST_STREAMS && durationNs <= DAY_NS),
  }),
  z.object({ verb: z.literal('apply'), files: z.array(z.object({ file: words, text: words })) }),
  z.object({ verb: z.enum(['delete', 'restart']), targets: z.array(reference) }),
  z.object({
    verb: z.enum(['label', 'annotate']),
    targets: z.array(reference.extend({ values, overwrite: z.boolean().optional() })),
  }),
  z.object({ verb: z.literal('scale'), targets: z.array(reference.extend({ replicas: z.int().nonnegative() })) }),
]);

export function isLabRequest(body: unknown): body is LiveRequest | LabQuestion {
  return schema.safeParse(body).success;
}
