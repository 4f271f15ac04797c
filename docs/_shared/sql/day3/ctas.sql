CREATE TABLE processed_data
WITH (
  format = 'PARQUET',
  external_location = 's3://BUCKET/data/processed-data/'
) AS
SELECT
  plays.uuid,
  plays.device_ts,
  plays.device_id,
  plays.device_temp,
  plays.track_id,
  plays.activity_type,
  songs.track_name,
  songs.artist_name,
  songs.genre,
  songs.duration_s
FROM raw AS plays
INNER JOIN reference_data AS songs
  ON plays.track_id = songs.track_id
