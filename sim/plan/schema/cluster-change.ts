/** What changes the living cluster, by a step or by a command. */
import * as z from 'zod';
import { networkPolicySchema } from '../../../dataplane/policy/network-policy.ts';
import { type Checked, text } from '../../diagnostics/checked.ts';
import { limitsSchema, podSchema } from './pod.ts';

const objectName = z.object({ namespace: text, name: text });
export type ObjectName = Checked<typeof objectName>;

export const namespaceSchema = z.object({ name: text, labels: z.record(text, text) });

/** What one step or command changes, all of it at once: no packet meets a half of it. */
export const clusterChangeSchema = z.object({
  /** New, or in place of those of the same name. */
  applyPolicies: z.array(networkPolicySchema).exactOptional(),
  deletePolicies: z.array(objectName).exactOptional(),
  /** New, or with these labels in place of all they had. */
  setNamespaces: z.array(namespaceSchema).exactOptional(),
  /** With everything that is in them. */
  deleteNamespaces: z.array(text).exactOptional(),
  /** Whole: a pod of a name that was there before keeps its endpoint id. */
  createPods: z.array(podSchema).exactOptional(),
  deletePods: z.array(objectName).exactOptional(),
  /** These labels in place of all they had. */
  labelPods: z.array(objectName.extend({ labels: z.record(text, text) })).exactOptional(),
  /** Both limits in place of those they had. */
  limitPods: z.array(objectName.extend({ limits: limitsSchema })).exactOptional(),
});
export type ClusterChange = Checked<typeof clusterChangeSchema>;
