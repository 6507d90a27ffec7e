/** The JSON Schemas that are shipped, by name: they become `dist/NAME.schema.json` and `docs/NAME.schema.json`. */
import * as z from 'zod';
import { scenarioJsonSchema } from '../manifest/schema/scenario.ts';
import { resultSchema } from '../measure/result.ts';
import { traceRecordSchema } from '../trace/record.ts';

/** Of what we write: a later version may add fields. Bounds of what a number can hold say nothing about it. */
function ofOutput(title: string, schema: z.ZodType): Record<string, unknown> {
  return { title, ...z.toJSONSchema(schema, { io: 'input', reused: 'ref' }) };
}

const jsonSchemas: Readonly<Record<string, () => Record<string, unknown>>> = {
  /** By which editors complete and check one. */
  scenario: scenarioJsonSchema,
  result: () => ofOutput('result.json of ipvlane', resultSchema),
  trace: () => ofOutput('one line of trace.ndjson of ipvlane', traceRecordSchema),
};

export const jsonSchemaNames = Object.keys(jsonSchemas);

/** Indented, with a newline at its end. @throws Error where there is none of that name */
export function jsonSchemaText(name: string): string {
  const make = jsonSchemas[name];
  if (make === undefined) throw new Error(`there is no JSON Schema \`${name}\``);
  return `${JSON.stringify(make(), null, 2)}\n`;
}
