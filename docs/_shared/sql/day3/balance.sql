SELECT
  count(*) AS plays_before,
  count(songs.track_id) AS plays_matched,
  count(*) - count(songs.track_id) AS plays_lost
FROM raw
LEFT JOIN reference_data AS songs
  ON raw.track_id = songs.track_id
