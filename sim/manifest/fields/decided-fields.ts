/**
 * All tables as one. A kind is added by a file of its types here (the root is called as the kind is), by its published fields
 * in `published/`, and by the least object that is valid in `decided-fields.test.ts`. A kind of
 * which nothing is heeded stands in `custom/whole-kinds.ts` instead.
 */
import * as z from 'zod';
import { networks } from './custom/networks.ts';
import { spiderpool } from './custom/spiderpool.ts';
import { parseQuantityField, quantityProblems } from '../../../dataplane/bandwidth/quantity.ts';
import { emptyIsAbsent, problem, rule } from '../check-schema.ts';
import { fieldTable, type FieldDecision, type Shape } from './decision.ts';
import { enums } from './kubernetes/enums.ts';
import { metadata } from './kubernetes/metadata.ts';
import { networkPolicy } from './kubernetes/network-policy.ts';
import { node } from './kubernetes/node.ts';
import { pod } from './kubernetes/pod.ts';
import { scheduling } from './kubernetes/scheduling.ts';
import { status } from './kubernetes/status.ts';
import { volumes } from './kubernetes/volumes.ts';
import { workloads } from './kubernetes/workloads.ts';

export const decidedFields = fieldTable({
  ...metadata,
  ...networkPolicy,
  ...networks,
  ...node,
  ...pod,
  ...scheduling,
  ...spiderpool,
  ...status,
  ...volumes,
  ...workloads,
});

/**
 * For a strict schema: every field of the type that is not modelled. They are held to their shape and to the names of the fields
 * below them, and must be there where the table says so, since the API server refuses what does not fit; more is not asked of
 * them. They are kept out of the schema's type: nothing reads them.
 * @throws Error for a type without a table
 */
export function unreadFields(type: string): object {
  const fields = decidedFields.get(type);
  if (fields === undefined) throw new Error(`no table decides about the fields of ${type}`);
  const unread = [...fields].filter(([, { is }]) => is !== 'modelled');
  return Object.fromEntries(unread.map(([name, decision]) => [name, fieldOf(type, name, decision)]));
}

const SCALARS: Readonly<Partial<Record<Shape, z.ZodType>>> = {
  any: z.unknown(),
  boolean: z.boolean(),
  int32: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1),
  // Numbers of JavaScript do not reach to their ends.
  int64: z.number().superRefine((value, context) => {
    if (!Number.isInteger(value))
      problem(context, 'E202', [], `\`${value}\` is no whole number`, 'write a whole number');
  }),
  'integer-or-text': z.union([z.int(), z.string()]),
  quantity: z.union([z.number(), rule('E202', quantityProblem, 'write for example `500m`, `1.5` or `64Mi`')]),
  text: z.string(),
};

function fieldOf(type: string, name: string, { shape, required }: FieldDecision): z.ZodType {
  const values = enums[`${type}.${name}`]?.split(' ');
  if (values !== undefined) {
    const [isPointer, ...others] = values[0] === '?' ? [true, ...values.slice(1)] : [false, ...values];
    const one = z.enum(others);
    return shape.startsWith('[]') ? z.array(one).optional() : isPointer ? one.optional() : emptyIsAbsent(one);
  }
  return required ? shapeOf(shape) : shapeOf(shape).optional();
}

const memo = new Map<Shape, z.ZodType>();

/** What stands there is held to this, and no more is asked of it. */
export function shapeOf(shape: Shape): z.ZodType {
  const known = SCALARS[shape] ?? memo.get(shape);
  if (known !== undefined) return known;
  const made = newShapeOf(shape);
  memo.set(shape, made);
  return made;
}

function newShapeOf(shape: Shape): z.ZodType {
  const inside = shape.slice(2);
  if (shape.startsWith('[]')) return z.array(shapeOf(inside));
  if (shape.startsWith('{}')) return z.record(z.string(), shapeOf(inside));
  const fields = decidedFields.get(shape);
  // Nothing is decided below what is warned of or refused.
  if (fields === undefined) return z.record(z.string(), z.unknown());
  return z.strictObject(
    Object.fromEntries([...fields].map(([name, decision]) => [name, fieldOf(shape, name, decision)])),
  );
}

function quantityProblem(text: string): string | null {
  const quantity = parseQuantityField(text);
  return typeof quantity === 'string' ? quantityProblems[quantity] : null;
}
