import type { TSchema } from 'typebox';
import * as answer from '../../answer-fields.ts';
import { scanCodeSchema, scanColorSchema, textParamsSchema, textsSchema } from '../gate/scan-schemas.ts';
import type { RenderedAnswer } from './scan-answer.ts';

/** The schema of `RenderedAnswer`. */
export const renderedAnswerSchema: TSchema = answer.answerOf<RenderedAnswer>({
  color: scanColorSchema,
  code: scanCodeSchema,
  params: textParamsSchema,
  studentId: answer.nullable(answer.id('The pupil; null where nobody was found')),
  groupId: answer.nullable(answer.id('The group; null where none was found')),
  sessionDate: answer.date('The day of the session by the calendar of the school'),
  admitted: answer.flag('Whether the pupil may go in'),
  attended: answer.nullable(answer.wholeText('Sessions that were attended; null where no enrolment was found')),
  paid: answer.nullable(answer.wholeText('Sessions that were paid for')),
  debt: answer.nullable(
    answer.wholeText('Sessions attended beyond those paid for; negative while some are paid ahead'),
  ),
  remaining: answer.nullable(answer.wholeText('Sessions left before the door refuses; null where nothing is owed')),
  makeUp: answer.flag('Whether the session was taken from a make-up credit'),
  shadow: answer.flag('Whether the pupil would have been refused, had the gate been enforced'),
  text: textsSchema,
});
