/** Why a node is silent, without its address before it: the sentence around it has named the node already. */
export function reasonOf(message: string, endpoint: string): string {
  return message.startsWith(`${endpoint} `) ? message.slice(endpoint.length + 1) : message;
}
