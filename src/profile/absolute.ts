/** Whether a path says where it is by itself. On Windows that takes a drive; what else starts with a separator is refused later. */
export function isAbsolutePath(path: string, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' ? /^(?:[a-z]:)?[\\/]/iu.test(path) : path.startsWith('/');
}
