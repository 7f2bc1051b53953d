/** What a port can speak, in the order in which errors list them. */
export const portProtocols: readonly string[] = ['SCTP', 'TCP', 'UDP'];
