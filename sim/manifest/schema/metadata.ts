/** `metadata` as every object has it. Source: ObjectMeta of apimachinery/pkg/apis/meta/v1. */
import * as z from 'zod';
import { emptyIsAbsent, problem, rule } from '../check-schema.ts';
import { shapeOf, unreadFields } from '../fields/decided-fields.ts';
import { dnsLabelProblem, labelValueProblem, qualifiedNameProblem } from '../objects/names.ts';

export const KEY_HELP = 'write for example `app` or `example.com/app`';
export const VALUE_HELP = 'write for example `web`, `v1.2` or `""`';
const NAME_HELP = 'write for example `web` or `allow-from-web`';
const NAMESPACE_HELP = 'write for example `shop`, or leave it out for `default`';

const key = (what: string, asJudged = (text: string): string => text) =>
  z.string().superRefine((text, context) => {
    const wrong = qualifiedNameProblem(asJudged(text));
    if (wrong !== null) problem(context, 'E209', [], `${what} key \`${text}\` ${wrong}`, KEY_HELP);
  });

export const labels = z.record(
  key('label'),
  rule(
    'E209',
    (text) => {
      const wrong = labelValueProblem(text);
      return wrong === null ? null : `is not a label value: it ${wrong}`;
    },
    VALUE_HELP,
  ),
);

/** Where labels must be lower case before the slash, annotations need not (ValidateAnnotations of apimachinery). */
export const annotations = z.record(
  key('annotation', (text) => text.toLowerCase()),
  z.string(),
);

/** Of an object; `nameProblemOf` is the rule of its kind. */
export function metadata(nameProblemOf: (name: string) => string | null) {
  return z
    .strictObject({
      ...anyMetadataFields(),
      name: emptyIsAbsent(validName(nameProblemOf)),
      // The server appends five letters to it, and shortens it where they would not fit.
      generateName: emptyIsAbsent(validName((prefix) => nameProblemOf(`${prefix.slice(0, 58)}x`))),
    })
    .superRefine(({ name, generateName }, context) => {
      if (name !== undefined || generateName !== undefined) return;
      problem(context, 'E203', [], 'missing field `name` in metadata', 'add `name`, or `generateName`');
    });
}

/** Of an object of ours, which no server gives a name. */
export function namedMetadata(nameProblemOf: (name: string) => string | null) {
  return z.strictObject({ ...anyMetadataFields(), name: validName(nameProblemOf) });
}

function validName(nameProblemOf: (name: string) => string | null) {
  return rule(
    'E208',
    (name) => {
      const wrong = nameProblemOf(name);
      return wrong === null ? null : `is not a valid name: it ${wrong}`;
    },
    NAME_HELP,
  );
}

/** Of a pod template, which needs no name. */
export const templateMetadata = z.strictObject({
  ...anyMetadataFields(),
  name: z.string().optional(),
});

function anyMetadataFields() {
  return {
    ...unreadFields('ObjectMeta'),
    // Written by the API server; `exported/` reads them, as far as they can be.
    deletionTimestamp: z.string().optional(),
    ownerReferences: shapeOf('[]OwnerReference').optional(),
    uid: z.string().optional(),
    generateName: z.string().optional(),
    namespace: rule(
      'E208',
      (name) => {
        const wrong = name === '' ? null : dnsLabelProblem(name);
        return wrong === null ? null : `is not a valid namespace: it ${wrong}`;
      },
      NAMESPACE_HELP,
    ).optional(),
    labels: labels.optional(),
    annotations: annotations.optional(),
  };
}
