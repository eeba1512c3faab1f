-- What analytic reads see. Metrics name one of these and nothing else.
CREATE OR REPLACE VIEW v_response AS SELECT * FROM response;
CREATE OR REPLACE VIEW v_answer AS SELECT * FROM answer;
CREATE OR REPLACE VIEW v_indicator AS
    SELECT * FROM indicator_value WHERE superseded_by IS NULL;
CREATE OR REPLACE VIEW v_quick_win AS
    SELECT *, arg_max(recorded_by, recorded_at) FILTER (WHERE state = 'idea') OVER (PARTITION BY quick_win_id) AS author
    FROM quick_win QUALIFY row_number() OVER (PARTITION BY quick_win_id ORDER BY recorded_at DESC) = 1;
DROP VIEW IF EXISTS v_case;
CREATE OR REPLACE VIEW v_pain_point AS
    SELECT * FROM pain_point QUALIFY row_number() OVER (PARTITION BY pain_point_id ORDER BY recorded_at DESC) = 1;
CREATE OR REPLACE VIEW v_rollout AS
    SELECT * FROM rollout_step
    QUALIFY row_number() OVER (PARTITION BY quick_win_id, branch ORDER BY recorded_at DESC) = 1;
CREATE OR REPLACE VIEW v_experiment AS
    SELECT *, first(recorded_by ORDER BY recorded_at) OVER (PARTITION BY experiment_id) AS created_by
    FROM experiment QUALIFY row_number() OVER (PARTITION BY experiment_id ORDER BY recorded_at DESC) = 1;
CREATE OR REPLACE VIEW v_action AS
    SELECT *, min(recorded_at) OVER of_action AS opened_at, first(recorded_by ORDER BY recorded_at) OVER of_action AS opened_by
    FROM action_step WINDOW of_action AS (PARTITION BY action_id)
    QUALIFY row_number() OVER (PARTITION BY action_id ORDER BY recorded_at DESC) = 1;
CREATE OR REPLACE VIEW v_kudos AS
    SELECT * FROM (SELECT * FROM kudos QUALIFY row_number() OVER (PARTITION BY kudos_id ORDER BY recorded_at DESC) = 1)
    WHERE state = 'given';
-- Comments with what was read in them: a row a comment; a row a comment and theme.
CREATE OR REPLACE VIEW v_comment AS
    SELECT a.*, r.nps, r.submitted_at, k.language, k.mood, k.sentiment, k.intensity, k.wow, k.asks, k.themes,
        k.emotions, k.risks, k.terms
    FROM answer a JOIN comment_reading k ON k.text_key = md5_number_lower(a.text)
    LEFT JOIN (SELECT response_id, nps, submitted_at FROM response) r ON r.response_id = a.response_id
    WHERE a.type = 'text';
CREATE OR REPLACE VIEW v_theme AS
    SELECT * EXCLUDE (said), said.theme AS theme, said.mood AS theme_mood
    FROM (SELECT * EXCLUDE (themes, terms), unnest(themes) AS said FROM v_comment);
