/**
 * KIE's envelope: nearly every answer is HTTP 200, and the verdict is `code` in the body.
 * https://docs.kie.ai/market/common/get-task-detail
 */
export interface KieBody {
  code: number;
  msg: string;
  data: unknown;
}

/** An answer before it goes on the wire. */
export interface KieAnswer {
  /** The HTTP status; 200 when absent, as KIE does for most errors. */
  status?: number;
  body: unknown;
}

/** The texts of the real service, as its documentation and public clients' logs show them. */
export const KIE_TEXTS = {
  success: 'success',
  unauthorized: 'You do not have access permissions',
  tooFrequent: 'Your call frequency is too high. Please try again later.',
  modelUnknown: 'The model name you specified is not supported',
  paused: 'This interface is temporarily paused',
  creditsInsufficient:
    'Credits insufficient : Your current balance isn’t enough to run this request. Please top up to continue.',
  subKeyLimit: 'Sub-key Usage Exceeds Limit',
  tooLong: 'The text length cannot exceed the maximum limit',
  fieldRequired: 'This field is required',
  recordNull: 'recordInfo is null',
  taskIdRequired: 'taskId parameter is required',
  veoRatio: 'Ratio error',
  veoRecordNull: 'record is null.',
  veoRecordTooOld: 'Temporarily supports records within 14 days.',
  veoEnglishOnly: 'Only English prompts are supported at this time',
  fetchFailed:
    'Failed to fetch the image. Kindly verify any access limits set by you or your service provider',
  fileType: 'File type not supported',
  busy: 'server is busy',
  internal: 'internal error, please try again later',
  flaggedPrompt: 'Your prompt was flagged by Website as violating content policies',
  unsafeImage: 'Public error: unsafe image upload',
  realPerson:
    'The request failed because the input image may contain real person. (InputImageSensitiveContentDetected.PrivacyInformation)',
  sensitiveText:
    'The request failed because the input text may contain sensitive information. (InputTextSensitiveContentDetected)',
} as const;

/** The answer of a call that worked. */
export function accepted(data: unknown): KieAnswer {
  return { body: { code: 200, msg: KIE_TEXTS.success, data } satisfies KieBody };
}

/** HTTP 200 with a code that is not 200: how KIE says no. */
export function refused(code: number, msg: string): KieAnswer {
  return { body: { code, msg, data: null } satisfies KieBody };
}

/** The answer of the framework behind KIE to a path that it does not know. */
export function springError(status: number, error: string, path: string): KieAnswer {
  return { status, body: { timestamp: new Date().toISOString(), status, error, path } };
}
