export function page(folder: string): string {
  return folder;
}
