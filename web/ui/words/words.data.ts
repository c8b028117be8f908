/**
 * What the application's own words mean, in plain ones. A word without a row is shown as it is, its underscores as spaces: a new
 * value of the application is never hidden.
 */
export const WORDS = {
  /** `credits_history.operation_type`. */
  operation: {
    signup: 'Welcome gift',
    usage: 'Video ordered',
    refund: 'Credit given back',
    purchase: 'Credits bought',
    payment_refund: 'Money given back',
    bonus: 'Bonus',
    topup: 'Added by an operator',
    correction: 'Correction',
    expired: 'Expired',
    import: 'Brought over',
  },
  /** `payments.provider`. */
  paymentProvider: { yookassa: 'YooKassa', telegram_stars: 'Telegram Stars' },
  /** `payments.status`. */
  paymentStatus: {
    pending: 'Not paid yet',
    completed: 'Paid',
    canceled: 'Cancelled',
    failed: 'Failed',
  },
  /** `jobs.status`. */
  jobStatus: { queued: 'Queued', processing: 'In the making', completed: 'Made', failed: 'Failed' },
  /** `jobs.step`. */
  step: { prompt: 'Prompt', create: 'Create', generate: 'Generate', deliver: 'Deliver' },
  /** What happens in a step. */
  stepNow: {
    prompt: 'The prompt is being written',
    create: 'A task is being made at KIE',
    generate: 'KIE makes the video',
    deliver: 'The video is on its way to the chat',
  },
  /** `jobs.failure_reason`. */
  failure: {
    moderation_photo: 'KIE refused the photo.',
    moderation_text: 'KIE refused the text.',
    billing: 'No money is left at KIE.',
    rate_limit: 'KIE was overloaded, and no place came free.',
    temporary: 'KIE failed every time it was asked.',
    unknown: 'KIE failed and gave no reason that we know.',
    generation_timeout: 'KIE did not finish in time.',
    stuck: 'It was not ready by its deadline.',
    queue_expired: 'Its turn in the queue never came.',
    send_failed: 'Telegram did not take the video.',
    photo_lost: 'Our photo of the product is gone, or its file is damaged.',
    cancelled: 'The person cancelled it.',
    by_operator: 'An operator ended it.',
    moved: 'It was under way in the Python system.',
  },
  /** `jobs.prompt_source`. */
  promptSource: {
    openai: 'by OpenAI',
    openai_fallback: "by OpenAI's second model",
    template: 'from our template',
    self: "the person's own",
  },
  /** `job_events.event`: what was decided. */
  event: {
    queued: 'Ordered, the credits are taken',
    create: 'The prompt is ready',
    start_task: 'A task is being made at KIE',
    generate: 'KIE has the task',
    wait: 'Waiting',
    create_again: 'Once more, with a new task',
    deliver: 'The video is made',
    deliver_again: 'The send comes once more',
    complete: 'Over',
    present: 'Late, so it is sent as a present',
    unpark: 'The person is back, so it is sent',
    finish_late: 'The late video is dealt with',
    give_up: 'The late video could not be sent',
    fail: 'Failed, the credits go back',
  },
  /** What a decision answers: `details.report` of an event. */
  report: {
    prompt_written: 'the prompt is written',
    creation_starting: 'its turn has come',
    task_accepted: 'KIE accepted the task',
    task_refused: 'KIE refused the task',
    task_unknown: 'whether KIE has the task is unknown',
    task_running: 'KIE is still at it',
    task_succeeded: 'the task succeeded',
    task_failed: 'the task failed',
    video_sent: 'the video is in the chat',
    person_blocked: 'the person blocks the bot',
    send_failed: 'the send failed',
    send_rate_limited: 'Telegram asks to wait',
    person_returned: 'the person is back',
    deadline_passed: 'its time is over',
    cancelled: 'the person cancelled',
    failed_by_operator: 'an operator ended it',
  },
  /** `kie_tasks.state`. */
  taskState: {
    creating: 'Being made',
    unknown: 'Outcome unknown',
    running: 'Running',
    succeeded: 'Succeeded',
    failed: 'Failed',
    refused: 'Refused',
    maybe_paid: 'Perhaps paid for',
    abandoned: 'Given up',
  },
  /** Queues by name. */
  queue: {
    'write-prompt': 'Write the prompt',
    'create-task': 'Make the KIE task',
    'poll-task': 'Ask KIE about it',
    'check-callback': 'Check a callback',
    'look-at-photo': 'Look at the photo',
    send: 'Send to Telegram',
    'settle-payment': 'Settle a payment',
    'feed-broadcast': 'Go on with a broadcast',
  },
  /** `AppState.status`. */
  app: { running: 'Running', without_worker: 'Without a worker', down: 'Down' },
  /** Providers of the outside world. */
  provider: { telegram: 'Telegram', kie: 'KIE.AI', openai: 'OpenAI', yookassa: 'YooKassa' },
  /** `StoryState.status`. */
  story: { idle: 'Not played yet', playing: 'Playing', kept: 'Kept', broken: 'Broken' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** How a state looks; the words beside it say the same. */
export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'plain';

/** The tone of states; what has no row is `plain`. */
export const TONES = {
  jobStatus: { processing: 'busy', completed: 'good', failed: 'bad' },
  taskState: {
    creating: 'busy',
    unknown: 'warn',
    running: 'busy',
    succeeded: 'good',
    failed: 'bad',
    refused: 'bad',
    maybe_paid: 'warn',
    abandoned: 'warn',
  },
  paymentStatus: { pending: 'busy', completed: 'good', canceled: 'plain', failed: 'bad' },
  event: { create_again: 'warn', deliver_again: 'warn', complete: 'good', fail: 'bad', give_up: 'bad' },
  app: { running: 'good', without_worker: 'warn', down: 'bad' },
  story: { playing: 'busy', kept: 'good', broken: 'bad' },
} as const satisfies Record<string, Readonly<Record<string, Tone>>>;
