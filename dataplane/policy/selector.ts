/**
 * Label selectors as the API machinery evaluates them (apimachinery `labels.Selector`): every requirement must hold;
 * an empty selector selects everything. What a *missing* selector means is the peer's business (`oracle.ts`).
 */
import type { LabelSelector } from './network-policy.ts';

type Labels = Readonly<Record<string, string>>;
type Requirement = LabelSelector['matchExpressions'][number];

export const SELECT_ALL: LabelSelector = { matchLabels: {}, matchExpressions: [] };

/** Whether the labels satisfy every requirement of the selector. */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  for (const key in selector.matchLabels) {
    if (valueOf(labels, key) !== selector.matchLabels[key]) return false;
  }
  return selector.matchExpressions.every((requirement) => holds(requirement, valueOf(labels, requirement.key)));
}

/** The selector as text: equal for selectors written the same way but for order. Names atoms and reads in reports. */
export function selectorText(selector: LabelSelector): string {
  const parts = [
    ...Object.entries(selector.matchLabels).map(([key, value]) => `${key}=${value}`),
    ...selector.matchExpressions.map(expressionText),
  ];
  return parts.length === 0 ? '<all>' : parts.sort().join(',');
}

/** Of a label with this value; undefined: of an object that has none, for which `NotIn` and `DoesNotExist` hold. */
export function holds({ operator, values }: Omit<Requirement, 'key'>, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** A label named like something of Object.prototype (`constructor`) is a label like any other. */
export function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function expressionText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`;
    case 'Exists':
      return `${key} exists`;
    case 'DoesNotExist':
      return `!${key}`;
  }
}
