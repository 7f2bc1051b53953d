export function newestSource(): string;
export function entryPoint(bundled: string, source: string): string;
