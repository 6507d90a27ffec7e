/** `namespace/name` of a pod, policy, workload or network: what traces, maps and people call it by. */
export function objectKey({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
