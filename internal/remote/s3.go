package remote

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/md5"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"charterhouse/internal/wire"
)

// A Bucket names a place in a store that speaks S3.
type Bucket struct {
	Name, Prefix string
	Endpoint     string // https://…; empty is Amazon's
	Region       string // empty is what the environment says
}

// s3Parallel is how many objects are sent at a time.
const s3Parallel = 8

// OpenBucket signs in with what the environment or the usual AWS files hold.
func OpenBucket(b Bucket) (*Place, error) { return openBucket(b, stallTime) }

func openBucket(b Bucket, stall time.Duration) (*Place, error) {
	name := "s3://" + b.Name
	if b.Prefix != "" {
		name += "/" + b.Prefix
	}
	host, secure := "s3.amazonaws.com", true
	if b.Endpoint != "" {
		u, err := url.Parse(b.Endpoint)
		if err != nil || u.Host == "" {
			return nil, fmt.Errorf("%s: the endpoint is no address", name)
		}
		host, secure = u.Host, u.Scheme == "https"
	}
	creds, err := signIn()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c, err := minio.New(host, &minio.Options{Creds: creds, Secure: secure, Region: region(b), Transport: transport(stall), MaxRetries: 1})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s := &s3Store{client: c, bucket: b.Name, region: region(b)}
	if b.Prefix != "" {
		s.prefix = b.Prefix + "/"
	}
	return newPlace(s, name, false, s3Parallel), nil
}

// signIn looks for keys: in the environment, in the files that AWS tools share,
// and with a web identity or a container's role where the environment names one.
func signIn() (*credentials.Credentials, error) {
	from := []credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}}
	for _, key := range []string{"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		if os.Getenv(key) != "" {
			from = append(from, &credentials.IAM{Client: &http.Client{Transport: transport(dialTime)}})
			break
		}
	}
	c := credentials.NewChainCredentials(from)
	v, err := c.GetWithContext(&credentials.CredContext{Client: &http.Client{Transport: transport(dialTime)}})
	if err != nil || v.AccessKeyID == "" || v.SecretAccessKey == "" {
		return nil, errors.New("there are no keys to sign in with; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE for those in ~/.aws/credentials")
	}
	return c, nil
}

func region(b Bucket) string {
	for _, r := range []string{b.Region, os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION")} {
		if r != "" {
			return r
		}
	}
	if b.Endpoint != "" {
		return "us-east-1" // what stores of one's own answer to
	}
	return ""
}

func transport(stall time.Duration) *http.Transport {
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer(stall), TLSHandshakeTimeout: dialTime, ResponseHeaderTimeout: stall,
		MaxIdleConnsPerHost: 2 * s3Parallel, IdleConnTimeout: stall / 2, DisableCompression: true, ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
}

type s3Store struct {
	client         *minio.Client
	bucket, prefix string
	region         string // that requests are signed for; empty where the store says it
}

func (s *s3Store) close() {}

// sumKey is where an object says which bytes it was made from.
const sumKey = "Charterhouse-Sum"

func (s *s3Store) list(ctx context.Context) (map[string]object, error) {
	ctx, cancel := context.WithCancel(ctx) // ends the listing when we stop reading it
	defer cancel()
	all := map[string]object{}
	for o := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, s.told(o.Err)
		}
		if name, ok := strings.CutPrefix(o.Key, s.prefix); ok && name != "" && !strings.HasSuffix(name, "/") {
			all[name] = object{size: o.Size, tag: o.ETag}
		}
	}
	return all, ctx.Err()
}

// get hands out what is stored packed as it was before. It asks for the object at
// once: to a question about it a store answers no reason why it refuses.
func (s *s3Store) get(ctx context.Context, name string, limit int64) ([]byte, string, error) {
	o, info, _, err := minio.Core{Client: s.client}.GetObject(ctx, s.bucket, s.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, "", s.told(err)
	}
	defer o.Close()
	data, err := io.ReadAll(io.LimitReader(o, limit+1))
	if err != nil {
		return nil, "", s.told(err)
	}
	if int64(len(data)) > limit {
		return nil, "", fmt.Errorf("%s is larger than it can be", name)
	}
	if info.Size >= 0 && int64(len(data)) != info.Size {
		return nil, "", temporary{io.ErrUnexpectedEOF}
	}
	if info.Metadata.Get("Content-Encoding") == wire.Gzip.Name {
		if data, err = unpack(data, limit); err != nil {
			return nil, "", fmt.Errorf("%s is said to be packed: %w", name, err)
		}
	}
	return data, info.ETag, nil
}

func unpack(data []byte, limit int64) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(plain)) > limit {
		err = errors.New("it is larger than it can be")
	}
	return plain, err
}

func (s *s3Store) put(ctx context.Context, name string, o object, when condition) (string, error) {
	// The signed digest of the bytes stands in a header. Without that, over plain
	// HTTP, the library signs the body in pieces, which some stores keep as they are.
	opts := minio.PutObjectOptions{ContentType: o.kind, CacheControl: o.cache, ContentEncoding: o.encoding,
		DisableMultipart: true, SendContentMd5: true, DisableContentSha256: true}
	if o.sum != "" {
		opts.UserMetadata = map[string]string{sumKey: o.sum}
	}
	switch when {
	case always:
	case absent:
		opts.SetMatchETagExcept("*")
	default:
		opts.SetMatchETag(string(when))
	}
	done, err := s.client.PutObject(ctx, s.bucket, s.prefix+name, bytes.NewReader(o.data), int64(len(o.data)), opts)
	if err != nil {
		return "", s.told(err)
	}
	return done.ETag, nil
}

// holds trusts a tag that is the digest of the bytes, and otherwise what we
// wrote beside the object when it was put there as a whole.
func (s *s3Store) holds(ctx context.Context, name string, there, want object) (bool, error) {
	sum := md5.Sum(want.data)
	if there.tag == hex.EncodeToString(sum[:]) {
		return true, nil
	}
	info, err := s.client.StatObject(ctx, s.bucket, s.prefix+name, minio.StatObjectOptions{})
	if err := s.told(err); err != nil {
		if errors.Is(err, errAbsent) {
			return false, nil
		}
		return false, err
	}
	return info.Size == want.size && info.UserMetadata[sumKey] == want.sum && info.Metadata.Get("Content-Encoding") == want.encoding, nil
}

func (s *s3Store) remove(ctx context.Context, name string) error {
	err := s.told(s.client.RemoveObject(ctx, s.bucket, s.prefix+name, minio.RemoveObjectOptions{}))
	if errors.Is(err, errAbsent) {
		return nil
	}
	return err
}

// told sorts what went wrong. What the store says of a request can name the key
// that signed it, so that only its code and its own words are passed on.
func (s *s3Store) told(err error) error {
	if err == nil {
		return nil
	}
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) {
		var untrusted *tls.CertificateVerificationError
		if errors.As(err, &untrusted) {
			return fmt.Errorf("the store's certificate is not trusted here: %w", untrusted)
		}
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err // without the address, which holds the signature of a signed one
		}
		return temporary{err}
	}
	code := answer.Code
	if strings.HasPrefix(code, strconv.Itoa(answer.StatusCode)) { // the answer has no words of its own
		code = ""
	}
	switch answer.StatusCode {
	case http.StatusPreconditionFailed, http.StatusConflict:
		return errConflict
	case http.StatusNotFound:
		if answer.Code == minio.NoSuchBucket {
			return fmt.Errorf("there is no bucket %s", s.bucket)
		}
		return errAbsent
	case http.StatusForbidden, http.StatusUnauthorized:
		switch answer.Code {
		case minio.RequestTimeTooSkewed:
			return errors.New("this machine's clock is too far from the store's, which takes nothing that was signed at another time; set the clock, and publish again")
		case "ExpiredToken", "ExpiredTokenException":
			return errors.New("the keys have expired; sign in anew, and publish again")
		}
		return fmt.Errorf("the store refuses these keys (%s); they need to list, read, write and delete below %s/%s", answer.Code, s.bucket, s.prefix)
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusBadRequest:
		if s.region != "" && (code == "" || code == "AuthorizationHeaderMalformed" || code == "PermanentRedirect" || code == "TemporaryRedirect") {
			return fmt.Errorf("the store answers %d; the bucket may be of another region than %s, so name its own with region: in charterhouse.yaml, or in AWS_REGION", answer.StatusCode, s.region)
		}
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return temporary{fmt.Errorf("the store answers %d", answer.StatusCode)}
	}
	said := fmt.Errorf("the store answers %s", strings.TrimSpace(fmt.Sprint(answer.StatusCode, " ", code)))
	if answer.StatusCode >= 500 {
		return temporary{said}
	}
	if answer.StatusCode == 0 || answer.Code == "" {
		return temporary{errors.New("the store's answer cannot be read")}
	}
	return said
}
