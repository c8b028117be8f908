const FOLDER = /^inputs\/[1-9]\d{0,15}$/;
/** The Python system, whose photos are kept too, wrote its ids without hyphens. */
const STORED_PATH =
  /^inputs\/[1-9]\d{0,15}\/(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})\.jpg$/;

/** The path of a person's photo, relative to the storage: `inputs/<tg_user_id>/<uuid>.jpg`. */
export function composePhotoPath(tgUserId: number, id: string): string {
  return `${composePhotoFolder(tgUserId)}/${id}.jpg`;
}

/** Where all photos of a person lie: `inputs/<tg_user_id>`. */
export function composePhotoFolder(tgUserId: number): string {
  return `inputs/${tgUserId}`;
}

/** Whether it is a path that we, or the Python system, gave out. Nothing else is ever read, so that no path leads elsewhere. */
export function isPhotoPath(path: string): boolean {
  return STORED_PATH.test(path);
}

/** Whether it is the folder of one person, and of one only. Nothing else is ever removed. */
export function isPhotoFolder(path: string): boolean {
  return FOLDER.test(path);
}
