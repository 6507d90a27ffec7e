/** What a plan calls things by, for those who need no schema. */
export const PLAN_SCHEMA = 'ipvlane.plan/v1';

/** The verbs that change the cluster while it lives. */
export const changeVerbs = ['apply', 'delete', 'restart', 'label', 'scale', 'annotate'] as const;
export type ChangeVerb = (typeof changeVerbs)[number];

export { type Generator, generators } from '../../manifest/scenario/generators.ts';
