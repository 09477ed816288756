// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @notice A verifier's word that a newcomer passed a challenge. Lets a relayer register the device.
struct Ticket {
    address device;
    uint8 kind;
    /// Where the device joined from (keccak of its network); verifiers limit tickets per network.
    bytes32 network;
    /// Unix seconds.
    uint64 expiresAt;
}

/// @title Registry: who verifies, who operates, which devices there are and who is paid for them
/// @notice Devices are known by their P-256 key: the id is the last 20 bytes of keccak256(x‖y). A device never needs gas:
/// anyone relays its signature, made over sha256 of the EIP-712 digest. Kinds are plain numbers here, so a new kind needs
/// no new contract.
contract Registry is Ownable, EIP712 {
    struct Verifier {
        bytes32 x;
        bytes32 y;
        /// Bonded weight in the quorum; 0: not active.
        uint96 weight;
        string endpoint;
    }

    struct Operator {
        bytes32 x;
        bytes32 y;
        uint96 bond;
        bool active;
        string endpoint;
    }

    struct Device {
        bytes32 x;
        bytes32 y;
        /// Zero while unknown: pay accrues to the device's id.
        address owner;
        uint8 kind;
        /// Next nonce of ClaimOwner.
        uint32 nonce;
        /// 0: not registered.
        uint48 registeredAt;
    }

    /// @dev Who is paid for an account, in one slot so that a claim reads one. Of a device (registeredAt ≠ 0) `payee` is
    /// the owner; of an ordinary account it is the payout address, zero for the account itself. No account is both: that
    /// would take a P-256 key and a secp256k1 key with the same 160-bit hash, and would only confuse its own pay.
    struct Link {
        address payee;
        uint8 kind;
        uint32 nonce;
        uint48 registeredAt;
    }

    struct Key {
        bytes32 x;
        bytes32 y;
    }

    bytes32 public constant TICKET_TYPEHASH =
        keccak256("Ticket(address device,uint8 kind,bytes32 network,uint64 expiresAt)");
    bytes32 public constant REGISTER_DEVICE_TYPEHASH =
        keccak256("RegisterDevice(address device,uint8 kind,address owner,uint64 expiresAt)");
    bytes32 public constant CLAIM_OWNER_TYPEHASH = keccak256("ClaimOwner(address device,address owner,uint64 nonce)");

    /// @notice The longest endpoint; a URL with a DNS name of 253 bytes hardly fits more.
    uint256 public constant MAX_ENDPOINT_BYTES = 300;

    /// @notice Weight of all active verifiers.
    uint256 public totalWeight;

    mapping(address account => Verifier) private _verifiers;
    mapping(address payer => Operator) private _operators;
    mapping(address device => Key) private _keys;
    mapping(address account => Link) private _links;

    event VerifierSet(address indexed account, uint96 weight, bytes32 x, bytes32 y, string endpoint);
    event OperatorSet(address indexed payer, uint96 bond, bytes32 x, bytes32 y, string endpoint);
    event OperatorRemoved(address indexed payer);
    event DeviceRegistered(
        address indexed device,
        address indexed owner,
        uint8 indexed kind,
        bytes32 x,
        bytes32 y,
        bytes32 network,
        address verifier
    );
    event OwnerClaimed(address indexed device, address indexed owner);
    event PayoutSet(address indexed account, address indexed payout);

    error ZeroAddress();
    error EndpointLength(uint256 length);
    error NotOnCurve(bytes32 x, bytes32 y);
    error NotOperator(address account);
    error NotActiveVerifier(address account);
    error DeviceAlreadyRegistered(address device);
    error DeviceNotRegistered(address device);
    error TicketForAnother(address device, uint8 kind);
    error TicketExpired(uint64 expiresAt);
    error BadDeviceSignature(address device);
    error BadOwnerSignature(address owner);
    error OwnerAlreadyKnown(address device, address owner);
    error NotDeviceOwner(address device, address caller);
    error WrongNonce(uint64 nonce, uint64 expected);

    /// @param owner_ adds and removes verifiers: the deployer while bootstrapping, the timelock afterwards.
    constructor(address owner_) Ownable(owner_) EIP712("Wayleave", "1") {}

    // ------------------------------------------------------------------------------------------------ verifiers

    /// @notice Adds, changes or (with weight 0) retires a verifier.
    /// @dev The seam for bonds: until verifiers bond by themselves, the owner says what each one's weight is.
    /// Effects: the verifier's record and `totalWeight` change; emits VerifierSet.
    /// Requirements: caller is the owner; the link key is on the curve; the endpoint is 1…300 bytes.
    function setVerifier(address account, string calldata endpoint, bytes32 x, bytes32 y, uint96 weight)
        external
        onlyOwner
    {
        if (account == address(0)) revert ZeroAddress();
        _requireEndpointAndKey(endpoint, x, y);
        Verifier storage verifier_ = _verifiers[account];
        totalWeight = totalWeight - verifier_.weight + weight;
        verifier_.x = x;
        verifier_.y = y;
        verifier_.weight = weight;
        verifier_.endpoint = endpoint;
        emit VerifierSet(account, weight, x, y, endpoint);
    }

    /// @notice Weight of one verifier; 0 when it is not active.
    function weightOf(address account) external view returns (uint256) {
        return _verifiers[account].weight;
    }

    /// @notice Weight of these signers together, and of all active verifiers. Reverts when one is not active.
    /// @dev Counts a repeated account twice: the caller passes distinct ones.
    function weigh(address[] calldata accounts) external view returns (uint256 weight, uint256 total) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            uint256 one = _verifiers[accounts[i]].weight;
            if (one == 0) revert NotActiveVerifier(accounts[i]);
            weight += one;
        }
        return (weight, totalWeight);
    }

    function verifier(address account) external view returns (Verifier memory) {
        return _verifiers[account];
    }

    // ------------------------------------------------------------------------------------------------ operators

    /// @notice Registers the caller as a service operator, or changes its endpoint and link key.
    /// @dev The bond is 0 for now; the field and the event carry it so that an index needs no change later.
    /// Effects: the caller's record changes; emits OperatorSet.
    /// Requirements: the link key is on the curve; the endpoint is 1…300 bytes.
    function registerOperator(string calldata endpoint, bytes32 x, bytes32 y) external {
        _requireEndpointAndKey(endpoint, x, y);
        Operator storage operator_ = _operators[msg.sender];
        operator_.x = x;
        operator_.y = y;
        operator_.active = true;
        operator_.endpoint = endpoint;
        emit OperatorSet(msg.sender, operator_.bond, x, y, endpoint);
    }

    /// @notice Takes the caller off the list of operators; devices stop dialling it.
    /// Effects: the record is deleted; emits OperatorRemoved.
    /// Requirements: the caller is an operator.
    function removeOperator() external {
        if (!_operators[msg.sender].active) revert NotOperator(msg.sender);
        delete _operators[msg.sender];
        emit OperatorRemoved(msg.sender);
    }

    function operator(address payer) external view returns (Operator memory) {
        return _operators[payer];
    }

    // ------------------------------------------------------------------------------------------------ devices

    /// @notice Registers a device. Anyone may relay; the device pays nothing.
    /// Effects: the device is registered with `owner_` (0: unknown yet); emits DeviceRegistered.
    /// Requirements: the key's id is the ticket's device and not registered yet; the ticket names `kind`, is not expired
    /// and signed by an active verifier (65 bytes, low s); the device signed RegisterDevice (P-256, low s).
    function registerDevice(
        bytes32 x,
        bytes32 y,
        uint8 kind,
        address owner_,
        Ticket calldata ticket,
        bytes calldata ticketSignature,
        bytes32 r,
        bytes32 s
    ) external returns (address device_) {
        device_ = deviceId(x, y);
        address signer = _checkTicket(ticket, ticketSignature, device_, kind);
        Link storage link = _links[device_];
        if (link.registeredAt != 0) revert DeviceAlreadyRegistered(device_);
        link.payee = owner_;
        link.kind = kind;
        link.registeredAt = SafeCast.toUint48(block.timestamp);
        _keys[device_] = Key(x, y);
        emit DeviceRegistered(device_, owner_, kind, x, y, ticket.network, signer);

        bytes32 message = keccak256(abi.encode(REGISTER_DEVICE_TYPEHASH, device_, kind, owner_, ticket.expiresAt));
        if (!_deviceSigned(message, r, s, _keys[device_])) revert BadDeviceSignature(device_);
    }

    /// @notice Gives an ownerless device its owner. Anyone may relay. From then on its pay, also what it earned before,
    /// goes to that owner's payout address.
    /// Effects: the owner is set, the nonce grows; emits OwnerClaimed.
    /// Requirements: registered, no owner known; `nonce` is the device's next; the device (P-256, low s) and the owner
    /// (ECDSA, or ERC-1271 for a contract) both signed ClaimOwner.
    function claimOwner(
        address device_,
        address owner_,
        uint64 nonce,
        bytes32 r,
        bytes32 s,
        bytes calldata ownerSignature
    ) external {
        Link storage link = _links[device_];
        if (link.registeredAt == 0) revert DeviceNotRegistered(device_);
        if (link.payee != address(0)) revert OwnerAlreadyKnown(device_, link.payee);
        if (owner_ == address(0)) revert ZeroAddress();
        if (nonce != link.nonce) revert WrongNonce(nonce, link.nonce);
        bytes32 message = keccak256(abi.encode(CLAIM_OWNER_TYPEHASH, device_, owner_, nonce));
        if (!_deviceSigned(message, r, s, _keys[device_])) revert BadDeviceSignature(device_);
        if (!SignatureChecker.isValidSignatureNow(owner_, _hashTypedDataV4(message), ownerSignature)) {
            revert BadOwnerSignature(owner_);
        }
        link.payee = owner_;
        link.nonce += 1;
        emit OwnerClaimed(device_, owner_);
    }

    /// @notice Hands a device to another owner, or (zero) releases it so that someone else can claim it.
    /// Effects: the owner changes, signatures of ClaimOwner made so far are void; emits OwnerClaimed.
    /// Requirements: caller is the device's owner.
    function transferDevice(address device_, address newOwner) external {
        Link storage link = _links[device_];
        if (link.registeredAt == 0) revert DeviceNotRegistered(device_);
        if (link.payee != msg.sender) revert NotDeviceOwner(device_, msg.sender);
        link.payee = newOwner;
        link.nonce += 1;
        emit OwnerClaimed(device_, newOwner);
    }

    /// @notice Where the caller's claims are paid; zero: to the caller itself.
    /// Effects: the payout address changes; emits PayoutSet.
    /// Requirements: the caller is not a device (which has no key to send transactions with).
    function setPayout(address payout) external {
        Link storage link = _links[msg.sender];
        if (link.registeredAt != 0) revert DeviceAlreadyRegistered(msg.sender);
        link.payee = payout;
        emit PayoutSet(msg.sender, payout);
    }

    /// @notice Who is paid for `account`, which is a device id or an ordinary account. Zero for a device whose owner is
    /// not known yet: its pay waits.
    function recipientOf(address account) external view returns (address) {
        Link memory link = _links[account];
        address payee = account;
        if (link.registeredAt != 0) {
            payee = link.payee;
            if (payee == address(0)) return address(0);
            link = _links[payee];
            // The owner of a device may be a device id by mistake: then it is paid as it says, never looked up further.
            if (link.registeredAt != 0) return payee;
        }
        return link.payee == address(0) ? payee : link.payee;
    }

    function device(address device_) external view returns (Device memory) {
        Link memory link = _links[device_];
        if (link.registeredAt == 0) return Device(0, 0, address(0), 0, 0, 0);
        Key memory key = _keys[device_];
        return Device(key.x, key.y, link.payee, link.kind, link.nonce, link.registeredAt);
    }

    /// @notice The payout address that `account` registered; zero when none.
    function payoutOf(address account) external view returns (address) {
        Link memory link = _links[account];
        return link.registeredAt == 0 ? link.payee : address(0);
    }

    /// @notice Last 20 bytes of keccak256(x‖y).
    function deviceId(bytes32 x, bytes32 y) public pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(x, y)))));
    }

    /// @notice The EIP-712 domain separator: name Wayleave, version 1.
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    function _checkTicket(Ticket calldata ticket, bytes calldata signature, address device_, uint8 kind)
        private
        view
        returns (address signer)
    {
        if (ticket.device != device_ || ticket.kind != kind) revert TicketForAnother(ticket.device, ticket.kind);
        if (block.timestamp > ticket.expiresAt) revert TicketExpired(ticket.expiresAt);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(TICKET_TYPEHASH, ticket)));
        signer = ECDSA.recoverCalldata(digest, signature);
        if (_verifiers[signer].weight == 0) revert NotActiveVerifier(signer);
    }

    /// @dev Devices sign with interfaces that hash for themselves (Node, TPMs, passkeys): the message is the digest and
    /// what is signed is its SHA-256.
    function _deviceSigned(bytes32 structHash, bytes32 r, bytes32 s, Key storage key) private view returns (bool) {
        return P256.verify(sha256(abi.encodePacked(_hashTypedDataV4(structHash))), r, s, key.x, key.y);
    }

    function _requireEndpointAndKey(string calldata endpoint, bytes32 x, bytes32 y) private pure {
        uint256 length = bytes(endpoint).length;
        if (length == 0 || length > MAX_ENDPOINT_BYTES) revert EndpointLength(length);
        if (!P256.isValidPublicKey(x, y)) revert NotOnCurve(x, y);
    }
}
