/** NetworkAttachmentDefinition (k8s.cni.cncf.io/v1): its configuration is JSON inside of text. */
import * as z from 'zod';
import { rule, type TextProblem } from '../check-schema.ts';
import { JsonError, readJson } from '../yaml/inner-json.ts';

export const networkAttachmentDefinitionSpec = z.strictObject({
  config: rule('E214', (text) => {
    if (text.trim() === '') return null;
    const parsed = parseJsonObject(text);
    if (parsed instanceof Error) return noJson('is not a CNI configuration', parsed);
    const isList =
      Array.isArray(parsed.plugins) && parsed.plugins.every((plugin) => isObject(plugin) && isText(plugin.type));
    if (isList || ('plugins' in parsed ? false : isText(parsed.type))) return null;
    return 'is not a CNI configuration: it has neither `plugins`, each with a `type`, nor a `type`';
  }).optional(),
});

/** JSON text of an object, or why it is none. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | JsonError {
  try {
    const value = readJson(text);
    if (isObject(value)) return value;
    return new JsonError('a JSON object is expected', Math.max(0, text.search(/\S/)), 'write `{ ... }`');
  } catch (error) {
    if (error instanceof JsonError) return error;
    throw error;
  }
}

/** Of a text that is none of `what`, since it is no JSON. */
export function noJson(what: string, { message, help, stretch }: JsonError): TextProblem {
  return { what: `${what}: ${message}`, help, stretch };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
