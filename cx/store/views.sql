-- What analytic reads see. Metrics name one of these and nothing else.
CREATE OR REPLACE VIEW v_response AS SELECT * FROM response;
CREATE OR REPLACE VIEW v_answer AS SELECT * FROM answer;
CREATE OR REPLACE VIEW v_indicator AS
    SELECT * FROM indicator_value WHERE superseded_by IS NULL;
CREATE OR REPLACE VIEW v_quick_win AS
    SELECT * FROM quick_win QUALIFY row_number() OVER (PARTITION BY quick_win_id ORDER BY recorded_at DESC) = 1;
CREATE OR REPLACE VIEW v_case AS
    SELECT *, min(recorded_at) OVER of_case AS opened_at, first(recorded_by ORDER BY recorded_at) OVER of_case AS opened_by
    FROM case_step WINDOW of_case AS (PARTITION BY case_id)
    QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY recorded_at DESC) = 1;
CREATE OR REPLACE VIEW v_pain_point AS
    SELECT * FROM pain_point QUALIFY row_number() OVER (PARTITION BY pain_point_id ORDER BY recorded_at DESC) = 1;
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
