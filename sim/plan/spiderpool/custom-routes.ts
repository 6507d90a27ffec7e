/** Routes that a pod asks Spiderpool for. */
import * as z from 'zod';
import { readAddress, readPrefix } from '../../../dataplane/address/text.ts';
import { parseAddress } from '../../../dataplane/policy/address.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import { annotationSpan, type DeclaredPod } from '../pods/declared-pod.ts';
import type { RoutePlan } from '../plan.ts';
import { ipamAnnotations } from '../ipam/pool-choice.ts';

/** Annotation `ipam.spidernet.io/routes`: those whose gateway is in the subnet of this interface's address. */
export function customRoutes(
  pod: DeclaredPod,
  isNear: (gateway: bigint) => boolean,
  diagnostics: Collector,
): RoutePlan[] {
  const text = pod.annotations[ipamAnnotations.routes];
  if (text === undefined) return [];
  const routes = readRoutes(text);
  if (routes === null)
    diagnostics.add(
      'E409',
      annotationSpan(pod, ipamAnnotations.routes),
      `wrong input, invalid format of Pod annotation '${ipamAnnotations.routes}'`,
      {
        help: `write '[{"dst":"10.0.0.0/16","gw":"172.51.0.2"}]'`,
      },
    );
  return (routes ?? []).flatMap(({ dst, gw }) => (isNear(parseAddress(gw)) ? [{ to: dst, via: gw }] : []));
}

const routesSchema = z.array(
  z.object({
    dst: z.string().refine((text) => readPrefix(text) !== null),
    gw: z.string().refine((text) => readAddress(text) !== null),
  }),
);

/** null where the text is no JSON of that shape. */
function readRoutes(text: string): z.infer<typeof routesSchema> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return routesSchema.safeParse(value).data ?? null;
}
