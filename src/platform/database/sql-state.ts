/** The SQLSTATE of an error that PostgreSQL sent, else undefined. */
export function sqlStateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, syscall, driverError } = error as {
    code?: unknown;
    syscall?: unknown;
    driverError?: unknown;
  };
  // The operating system's EPIPE looks like an SQLSTATE; unlike PostgreSQL's errors it names a system call.
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && syscall === undefined) return code;
  return driverError ? sqlStateOf(driverError) : undefined;
}
