/** LabelSelector, validated as ValidateLabelSelector of apimachinery/pkg/apis/meta/v1/validation does. */
import * as z from 'zod';
import { problem, rule } from '../check-schema.ts';
import { labelValueProblem, qualifiedNameProblem } from '../objects/names.ts';
import { KEY_HELP, VALUE_HELP, labels } from './metadata.ts';

const requirement = z
  .strictObject({
    key: rule(
      'E210',
      (text) => {
        const wrong = qualifiedNameProblem(text);
        return wrong === null ? null : `is not a label key: ${wrong}`;
      },
      KEY_HELP,
    ),
    operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
    values: z
      .array(
        rule(
          'E210',
          (text) => {
            const wrong = labelValueProblem(text);
            return wrong === null ? null : `is not a label value: it ${wrong}`;
          },
          VALUE_HELP,
        ),
      )
      .optional(),
  })
  .superRefine(({ operator, values }, context) => {
    const wantsValues = operator === 'In' || operator === 'NotIn';
    if (wantsValues && (values ?? []).length === 0) {
      problem(context, 'E210', ['values'], `operator \`${operator}\` needs \`values\``, 'list at least one value');
    }
    if (!wantsValues && (values ?? []).length > 0) {
      problem(
        context,
        'E210',
        ['values'],
        `operator \`${operator}\` takes no \`values\``,
        'remove `values`, or use `In`',
      );
    }
  });

export const labelSelector = z.strictObject({
  matchLabels: labels.optional(),
  matchExpressions: z.array(requirement).optional(),
});
