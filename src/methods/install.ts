/** Puts methods of a table onto a prototype, as a class would: not enumerable, and no constructors. */
export function install(prototype: object, table: object): void {
  for (const name of Reflect.ownKeys(table)) {
    const method = Reflect.getOwnPropertyDescriptor(table, name) as PropertyDescriptor;
    Reflect.defineProperty(prototype, name, { ...method, enumerable: false });
  }
}
