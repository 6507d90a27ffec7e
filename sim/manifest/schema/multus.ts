/** NetworkAttachmentDefinition (k8s.cni.cncf.io/v1): its configuration is JSON inside of text. */
import { z } from 'zod';
import { rule } from '../check-schema.ts';

export const networkAttachmentDefinitionSpec = z.strictObject({
  config: rule('E214', (text) => {
    if (text.trim() === '') return null;
    const parsed = parseJsonObject(text);
    if (parsed instanceof Error) return `is not a CNI configuration: ${parsed.message}`;
    const isList =
      Array.isArray(parsed.plugins) && parsed.plugins.every((plugin) => isObject(plugin) && isText(plugin.type));
    if (isList || ('plugins' in parsed ? false : isText(parsed.type))) return null;
    return 'is not a CNI configuration: it has neither `plugins`, each with a `type`, nor a `type`';
  }).optional(),
});

/** JSON text of an object, or the Error that says why it is none. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | Error {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : new Error('a JSON object is expected');
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
