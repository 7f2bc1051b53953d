/** `node:http`. Imported, it would load its WebSocket and fetch clients too, which takes longer than all the rest of it. */
export const {
  Agent: HttpAgent,
  createServer,
  request: httpRequest,
  ServerResponse,
  STATUS_CODES,
} = process.getBuiltinModule('node:http');
